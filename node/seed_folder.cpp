#include "node/seed_folder.hpp"

#include "core/base/hex.hpp"
#include "node/files.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <iostream>

namespace farthing::node {
namespace {

namespace json = boost::json;

/// 2^26 links take tens of seconds to walk; nothing of ours is longer.
constexpr std::uint64_t length_max = 1 << 26;

std::string clear_text(const Hash& tip, std::uint64_t length, const Hash& secret) {
    const json::object file{
        {"tip", hex(tip)}, {"length", std::to_string(length)}, {"secret", hex(secret)}, {"version", 1}};
    return json::serialize(file) + '\n';
}

Result<std::string> member(const json::object& file, std::string_view name) {
    const auto* value = file.if_contains(name);
    if (!value || !value->is_string()) return fail("lacks \"" + std::string(name) + '"');
    return std::string(value->get_string());
}

Result<Hash> secret_of(const json::object& file, const std::string& text, const SeedProtection& protection) {
    if (!file.contains("crypto")) {
        TRY(const auto digits, member(file, "secret"));
        return hash_from_hex(digits);
    }
    if (!protection.password) return fail("is encrypted and needs its password");
    return open_secret(text, *protection.password);
}

Result<SeedChainPtr> chain_from(const std::string& text, const SeedProtection& protection) {
    boost::system::error_code error;
    const auto parsed = json::parse(text, error);
    const auto* file = error ? nullptr : parsed.if_object();
    if (!file) return fail("is not a JSON object");
    TRY(const auto tip_digits, member(*file, "tip"));
    TRY(const auto tip, hash_from_hex(tip_digits));
    TRY(const auto length_digits, member(*file, "length"));
    std::uint64_t length = 0;
    const auto [end, bad] =
        std::from_chars(length_digits.data(), length_digits.data() + length_digits.size(), length);
    if (bad != std::errc{} || end != length_digits.data() + length_digits.size() || length == 0 ||
        length > length_max)
        return fail("has a length out of range");
    TRY(const auto secret, secret_of(*file, text, protection));
    auto chain = std::make_shared<const fair::SeedChain>(secret, length);
    if (chain->tip() != tip) return fail("is damaged: its secret does not lead to its tip");
    return chain;
}

std::string joined(const std::vector<std::string>& sentences) {
    std::string out;
    for (const auto& sentence : sentences) out += (out.empty() ? "" : "; ") + sentence;
    return out;
}

}  // namespace

void tell_on_stderr(const std::string& line) {
    std::cerr << line << std::endl;
}

std::filesystem::path SeedFolder::path_of(const Hash& tip) const {
    return folder_ / (hex(tip) + ".json");
}

Result<SeedChainPtr> SeedFolder::create(std::uint64_t length) {
    progress_("making a chain of " + std::to_string(length) + " seeds");
    const auto secret = Hash::from(random_bytes(32));
    auto chain = std::make_shared<const fair::SeedChain>(secret, length);
    const auto tip = hex(chain->tip());
    const auto digits = std::to_string(length);
    if (protection_.password) progress_("encrypting the seed file");
    const auto text =
        protection_.password
            ? seal_secret(secret, *protection_.password,
                          std::array{Label{"tip", tip}, Label{"length", digits}}, protection_.cost)
            : clear_text(chain->tip(), length, secret);
    TRY(make_directory(folder_, Privacy::owner_only));
    TRY(create_file(path_of(chain->tip()), text, Privacy::owner_only));
    loaded_.emplace(chain->tip(), chain);
    return chain;
}

Result<SeedChainPtr> SeedFolder::read(const std::filesystem::path& path) const {
    progress_("reading the seed file " + path.string() + " and walking its chain");
    TRY(const auto text, read_file(path));
    auto chain = chain_from(text, protection_);
    if (!chain) return fail("the seed file " + path.string() + ' ' + chain.error().message);
    return chain;
}

Result<SeedChainPtr> SeedFolder::with_tip(const Hash& tip) {
    if (const auto known = loaded_.find(tip); known != loaded_.end()) return known->second;
    std::error_code error;
    if (!std::filesystem::exists(path_of(tip), error)) return SeedChainPtr{};
    TRY(auto chain, read(path_of(tip)));
    if (chain->tip() != tip)
        return fail("the seed file " + path_of(tip).string() + " belongs to another tip");
    loaded_.emplace(tip, chain);
    return chain;
}

Result<SeedChainPtr> SeedFolder::containing(const Hash& link) {
    for (const auto& [tip, chain] : loaded_)
        if (chain->index_of(link)) return chain;
    std::error_code error;
    std::vector<Hash> tips;
    if (!std::filesystem::exists(folder_, error)) return SeedChainPtr{};
    for (std::filesystem::directory_iterator at(folder_, error), end; !error && at != end;
         at.increment(error)) {
        const auto tip = hash_from_hex(at->path().stem().string());
        if (at->path().extension() == ".json" && tip && !loaded_.contains(*tip)) tips.push_back(*tip);
    }
    if (error) return fail("cannot read the seed folder " + folder_.string() + ": " + error.message());
    std::ranges::sort(tips);
    std::vector<std::string> unusable;
    SeedChainPtr found;
    for (auto tip = tips.begin(); tip != tips.end() && !found; ++tip) {
        auto chain = with_tip(*tip);
        if (!chain)
            unusable.push_back(chain.error().message);
        else if (*chain && (*chain)->index_of(link))
            found = *chain;
    }
    if (!found && !unusable.empty()) return fail(joined(unusable));
    for (const auto& why : unusable) warn_(why + "; it is passed over");
    return found;
}

}  // namespace farthing::node
