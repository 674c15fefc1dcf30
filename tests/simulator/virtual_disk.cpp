#include "virtual_disk.hpp"

#include "core/base/check.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"

#include <utility>

namespace farthing::simulator {
namespace {

constexpr std::size_t sector = 512;

struct Split {
    std::string directory;
    std::string name;
};
Split split(const std::string& path) {
    const auto at = path.rfind('/');
    return {path.substr(0, at), path.substr(at + 1)};
}

void write_bytes(Bytes& to, std::size_t offset, ByteView bytes) {
    if (to.size() < offset + bytes.size()) to.resize(offset + bytes.size());
    std::ranges::copy(bytes, to.begin() + static_cast<std::ptrdiff_t>(offset));
}

}  // namespace

void VirtualDisk::plan(Fault fault, std::uint64_t after) {
    planned_ = fault;
    planned_at_ = operations_ + after;
}

VirtualDisk::Failed VirtualDisk::begin(Kind kind, const std::string& what) {
    ++operations_;
    if (log_) log_(std::to_string(operations_) + " " + what);
    if (is_dead()) return {true};
    if (fired_ == Fault::no_space && (kind == Kind::write || kind == Kind::name)) return {true, true};
    if (planned_ == Fault::none || operations_ < planned_at_) return {};
    if (planned_ == Fault::short_write && kind != Kind::write) return {};
    if (planned_ == Fault::failed_sync && kind != Kind::sync) return {};
    if (planned_ == Fault::no_space && kind != Kind::write && kind != Kind::name) return {};
    fired_ = std::exchange(planned_, Fault::none);
    if (log_) log_("fault " + std::to_string(static_cast<int>(fired_)));
    return {true, fired_ == Fault::no_space || fired_ == Fault::short_write};
}

VirtualDisk::Failed VirtualDisk::write(Node& node, std::size_t offset, ByteView bytes,
                                       const std::string& path) {
    const bool was_dead = is_dead();
    const auto failed = begin(
        Kind::write, "write " + path + " " + std::to_string(offset) + "+" + std::to_string(bytes.size()));
    // What fails in the middle leaves any part of the bytes.
    if (failed && !was_dead) bytes = bytes.first(random_.below(bytes.size() + 1));
    if (was_dead || bytes.empty()) return failed;
    write_bytes(node.content, offset, bytes);
    if (node.dirty_from == node.dirty_to) node.dirty_from = offset;
    node.dirty_from = std::min(node.dirty_from, offset);
    node.dirty_to = std::max(node.dirty_to, offset + bytes.size());
    return failed;
}

VirtualDisk::Failed VirtualDisk::resize(Node& node, std::size_t size, const std::string& path) {
    const auto failed = begin(Kind::write, "resize " + path + " " + std::to_string(size));
    if (failed) return failed;
    node.content.resize(size);
    node.is_resized = true;
    return failed;
}

VirtualDisk::Failed VirtualDisk::sync(Node& node, const std::string& path) {
    const auto failed = begin(Kind::sync, "sync " + path);
    if (failed && fired_ != Fault::failed_sync) return failed;
    if (!failed) {
        if (node.is_resized) node.durable.resize(std::min(node.durable.size(), node.content.size()));
        const auto to = std::min(node.dirty_to, node.content.size());
        if (node.dirty_from < to)
            write_bytes(node.durable, node.dirty_from,
                        ByteView(node.content).subspan(node.dirty_from, to - node.dirty_from));
        if (node.durable.size() < node.content.size()) node.durable.resize(node.content.size());
        node.is_resized = false;
    }
    // After a failure the pages count as clean all the same.
    node.dirty_from = node.dirty_to = 0;
    return failed;
}

VirtualDisk::Failed VirtualDisk::sync_names(const std::string& directory) {
    const auto failed = begin(Kind::sync, "sync " + directory + "/");
    const auto node = find(directory);
    if (failed || !node) return failed;
    node->durable_names = node->names;
    node->changes.clear();
    return failed;
}

VirtualDisk::NodePtr VirtualDisk::find(const std::string& path) const {
    auto node = root_;
    for (std::size_t at = 1; node && at <= path.size();) {
        auto end = path.find('/', at);
        if (end == std::string::npos) end = path.size();
        const auto found = node->names.find(path.substr(at, end - at));
        node = found == node->names.end() ? nullptr : found->second;
        at = end + 1;
    }
    return node;
}

void VirtualDisk::change_names(Node& directory, Node::Names change) {
    for (const auto& [name, node] : change) {
        if (node)
            directory.names[name] = node;
        else
            directory.names.erase(name);
    }
    directory.changes.push_back(std::move(change));
}

VirtualDisk::NodePtr VirtualDisk::make(const std::string& path, bool is_directory) {
    const auto [directory, name] = split(path);
    const auto parent = find(directory);
    if (!parent || !parent->is_directory) return nullptr;
    const auto node = std::make_shared<Node>(is_directory);
    change_names(*parent, {{name, node}});
    return node;
}

bool VirtualDisk::remove(const std::string& path) {
    const auto [directory, name] = split(path);
    const auto parent = find(directory);
    if (!parent || !parent->names.contains(name)) return false;
    change_names(*parent, {{name, nullptr}});
    return true;
}

bool VirtualDisk::rename(const std::string& from, const std::string& to) {
    const auto [directory, name] = split(from);
    const auto target = split(to);
    FARTHING_CHECK(directory == target.directory);
    const auto parent = find(directory);
    if (!parent || !parent->names.contains(name)) return false;
    const auto node = parent->names.at(name);
    change_names(*parent, {{name, nullptr}, {target.name, node}});
    return true;
}

// --- what a power cut leaves -----------------------------------------------------------------------

void VirtualDisk::lose_names(Node& directory) {
    // A journaling file system keeps the order of such changes; others promise nothing.
    const bool in_order = random_.chance(50);
    const auto kept = random_.below(directory.changes.size() + 1);
    for (std::size_t i = 0; i < directory.changes.size(); ++i) {
        if (in_order ? i >= kept : random_.chance(50)) continue;
        for (const auto& [name, node] : directory.changes[i]) {
            if (node)
                directory.durable_names[name] = node;
            else
                directory.durable_names.erase(name);
        }
    }
    directory.changes.clear();
    directory.names = directory.durable_names;
    for (const auto& [name, node] : directory.names) {
        if (node->is_directory)
            lose_names(*node);
        else
            lose_bytes(*node);
    }
}

/// Sector by sector, what was not synced is on the platter or not; where there was nothing before, a third of
/// the cuts leave garbage.
void VirtualDisk::lose_bytes(Node& file) {
    auto& now = file.content;
    auto& durable = file.durable;
    file.dirty_from = file.dirty_to = 0;
    const bool was_resized = std::exchange(file.is_resized, false);
    if (now == durable) return;
    const auto before = durable.size();
    const auto mode = random_.below(4);
    if (mode == 0) {
        now = durable;
        return;
    }
    if (mode == 1) {
        durable = now;
        return;
    }
    // A file that was made shorter and written anew is one or the other at each place.
    if (was_resized && now.size() < before && random_.chance(50)) durable.resize(now.size());
    const auto end = now.size() > durable.size()
                         ? durable.size() + random_.below(now.size() - durable.size() + 1)
                         : durable.size();
    const bool is_garbled = random_.chance(33);
    for (std::size_t at = 0; at < end; at += sector) {
        const auto to = std::min(at + sector, end);
        const auto choice = random_.below(3);
        for (auto i = at; i < to; ++i) {
            const bool was_there = i < before;
            const std::uint8_t old = was_there && i < durable.size() ? durable[i] : std::uint8_t{0};
            const std::uint8_t fresh = i < now.size() ? now[i] : old;
            std::uint8_t byte = choice == 0 ? old : fresh;
            if (!was_there && is_garbled && choice == 2) byte = static_cast<std::uint8_t>(random_.word());
            if (i >= durable.size()) durable.resize(i + 1);
            durable[i] = byte;
        }
    }
    now = durable;
}

void VirtualDisk::restart() {
    if (fired_ == Fault::power_cut) lose_names(*root_);
    fired_ = planned_ = Fault::none;
    locked_.clear();
}

std::string VirtualDisk::rot(const std::string& directory) {
    std::vector<std::pair<std::string, NodePtr>> files;
    if (const auto node = find(directory))
        for (const auto& [name, file] : node->names)
            if (!file->is_directory && !file->content.empty()) files.emplace_back(name, file);
    if (files.empty()) return {};
    const auto& [name, file] = files[random_.below(files.size())];
    const auto at = random_.below(file->content.size());
    const auto bit = random_.below(8);
    file->content[at] = static_cast<std::uint8_t>(file->content[at] ^ 1u << bit);
    if (at < file->durable.size())
        file->durable[at] = static_cast<std::uint8_t>(file->durable[at] ^ 1u << bit);
    return directory + "/" + name + ": bit " + std::to_string(bit) + " of byte " + std::to_string(at);
}

Hash VirtualDisk::digest() const {
    Bytes all;
    const auto visit = [&](auto&& self, const Node& node) -> void {
        for (const auto& [name, child] : node.names) {
            append(all, as_bytes(name));
            append(all, sha256(child->content));
            self(self, *child);
        }
    };
    visit(visit, *root_);
    return sha256(all);
}

}  // namespace farthing::simulator
