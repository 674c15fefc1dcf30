#pragma once
// Recursive Length Prefix (Yellow Paper appendix B). Encoding appends; decoding is strict: canonical lengths,
// canonical scalars, nothing left over.
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/u256.hpp"

namespace farthing::rlp {

/// Bytes of the item that holds `string`.
std::size_t string_size(ByteView string);
/// Bytes of a list whose items take `payload` bytes together.
std::size_t list_size(std::size_t payload);

/// Appends items to one buffer. A list is opened and closed around its items:
///     Encoder e; const auto list = e.begin_list(); e.add(...); e.end_list(list); return e.take();
class Encoder {
 public:
    /// `expected_size` only spares the buffer from growing step by step.
    explicit Encoder(std::size_t expected_size = 0) { out_.reserve(expected_size); }
    void add(ByteView string);
    void add(std::uint64_t scalar);
    void add(const U256& scalar);
    void add_raw(ByteView encoded);  ///< An item that is encoded already.
    std::size_t begin_list();
    void end_list(std::size_t begun);
    Bytes take() { return std::move(out_); }
    const Bytes& bytes() const { return out_; }

 private:
    Bytes out_;
};

/// Reads items one after another from a view that must outlive it. Nesting is the caller's: `list()` gives a
/// reader of the list's payload. `finish()` refuses trailing bytes.
class Decoder {
 public:
    explicit Decoder(ByteView in) : rest_(in) {}
    Result<ByteView> string();
    template <std::size_t N>
    Result<FixedBytes<N>> fixed() {
        TRY(const auto bytes, string());
        if (bytes.size() != N) return fail("rlp: expected a string of " + std::to_string(N) + " bytes");
        return FixedBytes<N>::from(bytes);
    }
    Result<std::uint64_t> u64();  ///< No leading zeros.
    Result<U256> u256();          ///< No leading zeros.
    Result<Decoder> list();
    Result<ByteView> raw();  ///< The next item with its prefix, whatever it is.
    bool next_is_list() const;
    bool empty() const { return rest_.empty(); }
    Result<void> finish() const;

 private:
    ByteView rest_;
};

}  // namespace farthing::rlp
