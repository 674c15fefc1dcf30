#include "core/trie/ref_batch.hpp"

#include "core/crypto/keccak_many.hpp"

namespace farthing::trie {

void RefBatch::add(ByteView encoded, Ref& to) {
    // What is shorter than a hash stands in its parent as it is.
    if (encoded.size() < Hash::size()) {
        to = ref_of(encoded);
        return;
    }
    append(encoded_, encoded);
    to_[count_++] = &to;
    ends_[count_] = encoded_.size();
    if (count_ == run) flush();
}

void RefBatch::flush() {
    std::array<ByteView, run> inputs;
    std::array<Hash, run> hashes;
    for (std::size_t i = 0; i < count_; ++i)
        inputs[i] = ByteView(encoded_).subspan(ends_[i], ends_[i + 1] - ends_[i]);
    keccak256_many(std::span(inputs).first(count_), std::span(hashes).first(count_));
    for (std::size_t i = 0; i < count_; ++i) *to_[i] = {hashes[i], Hash::size()};
    encoded_.clear();
    count_ = 0;
}

}  // namespace farthing::trie
