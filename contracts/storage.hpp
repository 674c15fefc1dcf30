#pragma once
// Storage in Solidity's layout, packing included (docs.soliditylang.org, "Layout of State Variables").
//
//   Slot<T, 3, "name">            a value, record, string, Array<T> or Map<K, V> at slot 3
//   Slot<std::uint8_t, 3, "name", 8>   the same, packed 8 bytes into its slot
//   Mapping<K, V, 3, "name">      mapping(K => V); V may be Map<K2, V2>, a record, a string, Array<T>
//   Ledger<0, "_balances">        mapping(address => uint256) whose every decrease passes `debit`
//
// A record is a struct with `using Abi = abi::Struct<...>`; its fields are packed as Solidity packs them, and
// it is read and written word by word, each word once.
#include "contracts/context.hpp"

namespace farthing::contracts {

// --- what a type takes in storage ---------------------------------------------------------------

template <class K, class V>
struct Map;  ///< Only names a type: a mapping inside a Slot or Map.
template <class T>
struct Array;  ///< Only names a type: a dynamic array inside a Slot or Map.

struct StorageMember;
/// A storage type as the layout printer needs it.
struct StorageType {
    enum class Kind : std::uint8_t { value, text, mapping, array, record };
    Kind kind = Kind::value;
    std::string_view label{};  ///< Of values and texts; the name of a record.
    std::size_t bytes = 32;    ///< Of a record: its words × 32.
    const StorageType* key = nullptr;
    const StorageType* element = nullptr;  ///< A mapping's or array's.
    const StorageMember* members = nullptr;
    std::size_t member_count = 0;
};
struct StorageMember {
    std::string_view name;
    const StorageType* type = nullptr;
    std::size_t slot = 0;
    std::size_t offset = 0;
};

/// One-word types: they share a slot with their neighbours when they are short.
template <class T>
concept StoredValue =
    !abi::AbiStruct<T> && requires { requires !abi::Codec<T>::dynamic && abi::Codec<T>::head_size == 32; };

namespace detail {
template <class T>
constexpr std::size_t stored_bytes = sizeof(T);
template <>
constexpr inline std::size_t stored_bytes<U256> = 32;
template <unsigned Bits>
constexpr std::size_t stored_bytes<abi::Uint<Bits>> = Bits / 8;

template <class T>
constexpr bool left_aligned = false;
template <std::size_t N>
constexpr bool left_aligned<FixedBytes<N>> = N != 20;

/// Where Solidity puts the next variable.
struct Position {
    std::size_t slot = 0;
    std::size_t offset = 0;

    constexpr Position place(std::size_t bytes) {
        if (offset + bytes > 32) {
            ++slot;
            offset = 0;
        }
        const Position here = *this;
        offset += bytes;
        return here;
    }
    constexpr std::size_t slots() const { return slot + (offset > 0); }
};
}  // namespace detail

template <StoredValue T>
void put(Word& word, std::size_t offset, const T& v) {
    constexpr auto size = detail::stored_bytes<T>;
    Word whole;
    abi::Codec<T>::write(whole.data(), v);
    const auto* from = whole.data() + (detail::left_aligned<T> ? 0 : 32 - size);
    std::copy_n(from, size, word.data() + (32 - offset - size));
}
template <StoredValue T>
T get(const Word& word, std::size_t offset) {
    constexpr auto size = detail::stored_bytes<T>;
    Word whole;
    std::copy_n(word.data() + (32 - offset - size), size,
                whole.data() + (detail::left_aligned<T> ? 0 : 32 - size));
    abi::Reader reader(whole.bytes);
    return abi::Codec<T>::read(reader, reader.claim(32));
}

/// The packing of a record.
template <abi::AbiStruct T>
struct RecordLayout;
template <class T>
constexpr StorageType make_storage_type();
template <class T>
inline constexpr StorageType storage_type = make_storage_type<T>();

namespace detail {
template <class Abi>
struct RecordPlaces;
template <abi::Text D, auto... Members>
struct RecordPlaces<abi::Struct<D, Members...>> {
    static_assert((... && StoredValue<abi::FieldType<Members>>), "a record's fields are one-word types");
    static constexpr std::size_t count = sizeof...(Members);
    static constexpr auto positions = [] {
        std::array<Position, count + 1> out{};
        Position next;
        std::size_t i = 0;
        ((out[i++] = next.place(stored_bytes<abi::FieldType<Members>>)), ...);
        out[count].slot = next.slots();
        return out;
    }();
    static constexpr std::size_t words = positions[count].slot;
    static constexpr auto members = [] {
        constexpr abi::Decl decl = abi::parse(D.view());
        std::array<StorageMember, count> out{};
        std::size_t i = 0;
        const auto add = [&](const StorageType* type) {
            out[i] = {decl.in[i].name, type, positions[i].slot, positions[i].offset};
            ++i;
        };
        (add(&storage_type<abi::FieldType<Members>>), ...);
        return out;
    }();
};
}  // namespace detail

template <abi::AbiStruct T>
struct RecordLayout : detail::RecordPlaces<typename T::Abi> {
    using Words = std::array<Word, RecordLayout::words>;

    static Words pack(const T& record) {
        Words words;
        std::size_t i = 0;
        T::Abi::for_each(record, [&](const auto& field) {
            const auto at = RecordLayout::positions[i++];
            put(words[at.slot], at.offset, field);
        });
        return words;
    }
    static T unpack(const Words& words) {
        T record;
        std::size_t i = 0;
        T::Abi::for_each(record, [&]<class F>(F& field) {
            const auto at = RecordLayout::positions[i++];
            field = get<F>(words[at.slot], at.offset);
        });
        return record;
    }
};

/// Storage words that a record takes.
template <abi::AbiStruct T>
constexpr std::size_t record_words = RecordLayout<T>::words;

namespace detail {
template <class T>
struct MakeStorageType {  // One-word types, strings and records.
    static constexpr StorageType make() {
        if constexpr (abi::AbiStruct<T>) {
            using Layout = RecordLayout<T>;
            return {.kind = StorageType::Kind::record,
                    .label = abi::Codec<T>::name.view(),
                    .bytes = Layout::words * 32,
                    .members = Layout::members.data(),
                    .member_count = Layout::count};
        } else if constexpr (abi::Codec<T>::dynamic) {
            return {.kind = StorageType::Kind::text, .label = abi::Codec<T>::name.view()};
        } else {
            return {.label = abi::Codec<T>::name.view(), .bytes = stored_bytes<T>};
        }
    }
};
template <class K, class V>
struct MakeStorageType<Map<K, V>> {
    static constexpr StorageType make() {
        return {.kind = StorageType::Kind::mapping, .key = &storage_type<K>, .element = &storage_type<V>};
    }
};
template <class T>
struct MakeStorageType<Array<T>> {
    static constexpr StorageType make() {
        return {.kind = StorageType::Kind::array, .element = &storage_type<T>};
    }
};
}  // namespace detail

template <class T>
constexpr StorageType make_storage_type() {
    return detail::MakeStorageType<T>::make();
}

// --- places -------------------------------------------------------------------------------------

Word slot_word(std::uint64_t n);
/// slot + n; storage keys wrap as in Solidity.
Word slot_after(const Word& slot, std::uint64_t n);
/// keccak256(key ‖ slot) and keccak256(slot).
Word slot_of_key(ByteView key, const Word& slot);
Word slot_of_content(const Word& slot);
/// Strings and bytes as Solidity keeps them: up to 31 bytes inside the slot.
Bytes load_text(Context& ctx, const Word& slot);
void store_text(Context& ctx, const Word& slot, ByteView text);

/// A T in storage: reads by conversion, writes by assignment; inside an expression write get().
template <class T>
class Place;

template <StoredValue T>
class Place<T> {
 public:
    Place(Context& ctx, const Word& slot, std::size_t offset = 0) : ctx_(ctx), slot_(slot), offset_(offset) {}
    Place(const Place&) = default;

    T get() const { return contracts::get<T>(ctx_.load(slot_), offset_); }
    operator T() const { return get(); }
    Place& operator=(const T& v) {
        Word word;
        if constexpr (detail::stored_bytes<T> < 32) word = ctx_.load(slot_);  // Its neighbours stay.
        put(word, offset_, v);
        ctx_.store(slot_, word);
        return *this;
    }
    Place& operator=(const Place& other) { return *this = other.get(); }
    Place& operator+=(const T& v) { return *this = static_cast<T>(get() + v); }
    Place& operator-=(const T& v) { return *this = static_cast<T>(get() - v); }

 private:
    Context& ctx_;
    Word slot_;
    std::size_t offset_;
};

template <abi::AbiStruct T>
class Place<T> {
    using Layout = RecordLayout<T>;

 public:
    Place(Context& ctx, const Word& slot) : ctx_(ctx), slot_(slot) {}
    Place(const Place&) = default;

    T get() const { return Layout::unpack(load()); }
    operator T() const { return get(); }
    Place& operator=(const T& record) {
        const auto words = Layout::pack(record);
        for (std::size_t i = 0; i < words.size(); ++i) ctx_.store(slot_after(slot_, i), words[i]);
        return *this;
    }
    Place& operator=(const Place& other) { return *this = other.get(); }
    /// Reads, lets `change(T&)` change it, writes the words that differ.
    template <class Change>
    void update(const Change& change) {
        const auto before = load();
        T record = Layout::unpack(before);
        change(record);
        store_changes(before, Layout::pack(record));
    }
    /// Writes the words in which `after` differs from `before`. Requires: `before` is what is stored.
    void replace(const T& before, const T& after) {
        store_changes(Layout::pack(before), Layout::pack(after));
    }
    void erase() { *this = T{}; }

 private:
    typename Layout::Words load() const {
        typename Layout::Words words;
        for (std::size_t i = 0; i < words.size(); ++i) words[i] = ctx_.load(slot_after(slot_, i));
        return words;
    }
    void store_changes(const typename Layout::Words& before, const typename Layout::Words& after) {
        for (std::size_t i = 0; i < after.size(); ++i)
            if (after[i] != before[i]) ctx_.store(slot_after(slot_, i), after[i]);
    }

    Context& ctx_;
    Word slot_;
};

template <class T>
    requires std::same_as<T, std::string> || std::same_as<T, Bytes>
class Place<T> {
 public:
    Place(Context& ctx, const Word& slot) : ctx_(ctx), slot_(slot) {}
    Place(const Place&) = default;

    T get() const {
        const Bytes text = load_text(ctx_, slot_);
        return T(text.begin(), text.end());
    }
    operator T() const { return get(); }
    Place& operator=(const T& v) {
        store_text(ctx_, slot_, Bytes(v.begin(), v.end()));
        return *this;
    }
    Place& operator=(const Place& other) { return *this = other.get(); }

 private:
    Context& ctx_;
    Word slot_;
};

template <class K, class V>
class Place<Map<K, V>> {
 public:
    Place(Context& ctx, const Word& slot) : ctx_(ctx), slot_(slot) {}

    Place<V> operator[](const K& key) const {
        if constexpr (std::same_as<K, std::string>) {
            return {ctx_, slot_of_key(as_bytes(key), slot_)};
        } else if constexpr (std::same_as<K, Bytes>) {
            return {ctx_, slot_of_key(key, slot_)};
        } else {
            return {ctx_, slot_of_key(abi::encode(key), slot_)};
        }
    }

 private:
    Context& ctx_;
    Word slot_;
};

template <class T>
class Place<Array<T>> {
 public:
    Place(Context& ctx, const Word& slot) : ctx_(ctx), slot_(slot) {}

    std::uint64_t size() const { return length(); }
    /// Panics with 0x32 beyond the end.
    Place<T> operator[](std::uint64_t i) const {
        if (i >= size()) throw Revert{panic(PanicCode::index_out_of_bounds)};
        return at(i);
    }
    void push(const T& v) {
        const auto n = size();
        at(n) = v;
        length() = n + 1;
    }
    /// Drops the last item. Panics with 0x31 when there is none.
    void pop() {
        const auto n = size();
        if (n == 0) throw Revert{panic(PanicCode::pop_of_empty_array)};
        at(n - 1) = T{};
        length() = n - 1;
    }

 private:
    Place<std::uint64_t> length() const { return {ctx_, slot_}; }
    Place<T> at(std::uint64_t i) const {
        const Word first = slot_of_content(slot_);
        if constexpr (StoredValue<T>) {
            constexpr std::size_t in_slot = 32 / detail::stored_bytes<T>;
            return {ctx_, slot_after(first, i / in_slot), i % in_slot * detail::stored_bytes<T>};
        } else if constexpr (abi::AbiStruct<T>) {
            return {ctx_, slot_after(first, i * record_words<T>)};
        } else {
            return {ctx_, slot_after(first, i)};
        }
    }

    Context& ctx_;
    Word slot_;
};

// --- declared variables -------------------------------------------------------------------------

/// A state variable. Slot numbers are consensus: never reuse or reorder one.
template <class T, std::size_t N, abi::Text Named, std::size_t Offset = 0>
class Slot : public Place<T> {
 public:
    static constexpr std::size_t slot = N;
    static constexpr std::size_t offset = Offset;
    static constexpr std::string_view name = Named.view();
    static constexpr const StorageType* type = &storage_type<T>;

    explicit Slot(Context& ctx)
        requires(Offset == 0)
        : Place<T>(ctx, slot_word(N)) {}
    explicit Slot(Context& ctx)
        requires(Offset != 0)
        : Place<T>(ctx, slot_word(N), Offset) {}
    using Place<T>::operator=;
};

template <class K, class V, std::size_t N, abi::Text Named>
class Mapping : public Slot<Map<K, V>, N, Named> {
 public:
    using Slot<Map<K, V>, N, Named>::Slot;
};

/// Balances of this contract's own token. It cannot be assigned: it grows by `credit` and shrinks by `debit`.
template <std::size_t N, abi::Text Named>
class Ledger {
 public:
    static constexpr std::size_t slot = N;
    static constexpr std::size_t offset = 0;
    static constexpr std::string_view name = Named.view();
    static constexpr const StorageType* type = &storage_type<Map<Address, U256>>;

    explicit Ledger(Context& ctx) : ctx_(ctx), balances_(ctx, slot_word(N)) {}

    U256 operator[](const Address& who) const { return balances_[who]; }
    /// Raises Insufficient(from, held, amount) when `from` holds less.
    template <class Insufficient>
    void debit(const Address& from, const U256& amount) {
        const U256 held = balances_[from];
        require<Insufficient>(held >= amount, from, held, amount);
        ctx_.debit({ctx_.self, 0}, from, amount);
        balances_[from] = U256(held - amount);
    }
    void credit(const Address& to, const U256& amount) { balances_[to] += amount; }

 private:
    Context& ctx_;
    Place<Map<Address, U256>> balances_;
};

}  // namespace farthing::contracts
