#include "chain/store_follower.hpp"

#include "core/base/check.hpp"

#include <ranges>

namespace farthing::chain {
namespace {

bool starts_with(ByteView key, ByteView prefix) {
    return key.size() >= prefix.size() && std::ranges::equal(key.first(prefix.size()), prefix);
}

Changes::const_iterator first_from(const Changes& changes, const Bytes& key) {
    return std::ranges::lower_bound(changes, key, {}, &Change::first);
}

bool contains(const std::vector<Bytes>& keys, const Bytes& key) {
    return std::ranges::find(keys, key) != keys.end();
}

}  // namespace

std::string Follower::unreadable_mark() const {
    return place_.path.string() + ".unreadable";
}

/// Opening reads little: what was found later, the next start must know, after a power cut too.
void Follower::found_damaged(const DatabaseDamaged& damaged) const {
    try {
        place_.files->open(unreadable_mark(), OpenMode::create);
        place_.files->sync_directory(place_.path.parent_path());
    } catch (const StorageFailure&) {
        throw StorageFailure(std::string(damaged.what()) + ". Move " + place_.path.string() +
                             " away and start again: the database is then rebuilt from the journal.");
    }
    throw StorageFailure(std::string(damaged.what()) + ". Restart: the database is then rebuilt.");
}

void Follower::open() {
    // LevelDB would quietly make a new database where a damaged one lost its CURRENT file.
    const bool create = !place_.files->exists(place_.path);
    if (place_.files->exists(unreadable_mark())) {
        if (!create) return replace(place_.path.string() + " was found damaged before");
        // It spoke of a database that is gone already.
        place_.files->remove(unreadable_mark());
        place_.files->sync_directory(place_.path.parent_path());
    }
    try {
        database_ = std::make_shared<Database>(place_.path, place_.env, create);
        reached_ = database_->applied();
    } catch (const DatabaseDamaged& damaged) {
        replace(damaged.what());
    }
}

void Follower::replace(const std::string& reason) {
    {
        const std::lock_guard lock(mutex_);
        database_.reset();
        pending_.clear();
    }
    pending_bytes_ = pending_blocks_ = 0;
    reached_.reset();
    const auto aside = move_aside(*place_.files, place_.path);
    if (place_.files->exists(unreadable_mark())) place_.files->remove(unreadable_mark());
    place_.files->sync_directory(place_.path.parent_path());
    if (place_.log)
        place_.log(reason + ". Moved it to " + aside.string() +
                   " and rebuilding it; once all is well that folder can be deleted.");
    try {
        auto database = std::make_shared<Database>(place_.path, place_.env, /*create=*/true);
        const std::lock_guard lock(mutex_);
        database_ = std::move(database);
    } catch (const DatabaseDamaged& damaged) {
        throw StorageFailure(std::string("a new database cannot be made: ") + damaged.what());
    }
}

void Follower::close() {
    const std::lock_guard lock(mutex_);
    database_.reset();
}

void Follower::fold(Changes changes, const Applied& reached) {
    for (const auto& [key, value] : changes) pending_bytes_ += key.size() + (value ? value->size() : 0);
    ++pending_blocks_;
    reached_ = reached;
    const std::lock_guard lock(mutex_);
    pending_.push_back(std::move(changes));
}

/// The pending changes as one; of several of a key the newest.
Changes Follower::merged() const {
    std::vector<const Change*> all;
    for (const auto& block : pending_)
        for (const auto& change : block) all.push_back(&change);
    const auto key_of = [](const Change* change) -> const Bytes& { return change->first; };
    std::ranges::stable_sort(all, {}, key_of);
    Changes out;
    out.reserve(all.size());
    for (std::size_t i = 0; i < all.size(); ++i)
        if (i + 1 == all.size() || all[i]->first != all[i + 1]->first) out.push_back(*all[i]);
    return out;
}

template <class Write>
void Follower::write_to_database(const Write& write) const {
    try {
        write(*database_);
    } catch (const DatabaseDamaged& damaged) {
        found_damaged(damaged);
    }
}

void Follower::flush(JournalPosition end) {
    if (!reached_ || pending_blocks_ == 0) return;
    reached_->end = end;
    const auto changes = merged();
    const auto& rows = place_.to_rows != nullptr ? place_.to_rows(changes) : changes;
    write_to_database([&](Database& database) { database.write(rows, *reached_); });
    pending_bytes_ = pending_blocks_ = 0;
    const std::lock_guard lock(mutex_);
    pending_.clear();
}

std::optional<Bytes> Follower::get(const Bytes& key) const {
    std::shared_ptr<Database> database;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& block : std::views::reverse(pending_)) {
            const auto found = first_from(block, key);
            if (found != block.end() && found->first == key) return found->second;
        }
        database = database_;
    }
    try {
        return database->get(key);
    } catch (const DatabaseDamaged& damaged) {
        found_damaged(damaged);
    }
}

std::vector<Bytes> Follower::keys(const Bytes& prefix) const {
    std::vector<Bytes> found;
    std::vector<Bytes> deleted;
    std::shared_ptr<Database> database;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& block : std::views::reverse(pending_))
            for (auto it = first_from(block, prefix); it != block.end() && starts_with(it->first, prefix);
                 ++it)
                if (!contains(found, it->first) && !contains(deleted, it->first))
                    (it->second ? found : deleted).push_back(it->first);
        database = database_;
    }
    try {
        database->for_each(prefix, [&](ByteView key, ByteView) {
            Bytes copy(key.begin(), key.end());
            if (!contains(found, copy) && !contains(deleted, copy)) found.push_back(std::move(copy));
            return true;
        });
    } catch (const DatabaseDamaged& damaged) {
        found_damaged(damaged);
    }
    return found;
}

void Follower::for_each(const std::function<void(ByteView key, ByteView value)>& visit, ByteView begin,
                        ByteView end) const {
    FARTHING_CHECK(pending_blocks_ == 0);
    database_->for_each_between(begin, end, [&](ByteView key, ByteView value) {
        visit(key, value);
        return true;
    });
}

void Follower::fill(const Changes& part) {
    write_to_database([&](Database& database) { database.write_part(part); });
}

void Follower::filled(const Changes& last, const Applied& reached) {
    FARTHING_CHECK(!reached_ && pending_blocks_ == 0);
    write_to_database([&](Database& database) { database.write(last, reached); });
    reached_ = reached;
}

std::shared_ptr<Database> Follower::database() const {
    const std::lock_guard lock(mutex_);
    return database_;
}

}  // namespace farthing::chain
