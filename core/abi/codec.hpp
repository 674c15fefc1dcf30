#pragma once
// Solidity's contract ABI for C++ types (docs.soliditylang.org, "Contract ABI Specification").
//
//   bool, std::uint8_t..64, Uint<N>, U256, Address, FixedBytes<N>   value types
//   std::string, Bytes, std::vector<T>, std::array<T, N>            string, bytes, T[], T[N]
//   a C++ struct that declares `using Abi = abi::Struct<"struct S { ... }", &S::field, ...>`   tuple
//
// Decoding is strict: it accepts exactly what encoding gives. Dirty padding, an offset that does not follow
// the item before it, a length out of range and trailing bytes are errors; only a call may carry bytes after
// its arguments.
#include "core/abi/decl.hpp"
#include "core/abi/uint.hpp"
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/u256.hpp"

#include <array>
#include <concepts>
#include <string>
#include <tuple>

namespace farthing::abi {

/// Not defined for a type that has no Solidity counterpart: using one does not compile. A codec has
///   name, canonical   as declarations write the type, and as signatures do (structs spelled out)
///   dynamic           whether the head holds an offset to it
///   head_size         bytes in the head
///   write / read      for static types: at a place in zeroed memory / at a position of the input
///   append / read     for dynamic types: at the end of the output / at the input's next free position
template <class T>
struct Codec;

/// Remembers the first error and reads zeros from then on, so that decoding needs no check at each step.
class Reader {
 public:
    explicit Reader(ByteView in) : in_(in) {}

    /// 32 bytes at `at`, which `claim` has covered.
    ByteView word(std::size_t at) const { return error_ ? ByteView(zeros) : in_.subspan(at, 32); }
    /// Takes the next `size` bytes and gives their position.
    std::size_t claim(std::size_t size) {
        if (error_ || size > in_.size() - next_) {
            refuse("abi: input too short");
            return 0;
        }
        return std::exchange(next_, next_ + size);
    }
    /// The bytes of a claimed range; empty after an error.
    ByteView bytes(std::size_t at, std::size_t size) const {
        return error_ ? ByteView{} : in_.subspan(at, size);
    }
    /// A count whose items take at least `item_size` bytes each, which are there.
    std::size_t count(std::size_t at, std::size_t item_size) {
        const auto n = small(at);
        if (n > (in_.size() - next_) / item_size) refuse("abi: length out of range");
        return error_ ? 0 : n;
    }
    /// The offset at `at` must point at the next free byte, counted from `base`.
    void expect_offset(std::size_t at, std::size_t base) {
        if (small(at) != next_ - base) refuse("abi: offset out of place");
    }
    bool ok() const { return error_ == nullptr; }
    void refuse(const char* why) {
        if (!error_) error_ = why;
    }
    /// Whether all went well so far; `finish`: and nothing is left.
    Result<void> status() const {
        if (error_) return fail(error_);
        return {};
    }
    Result<void> finish() const {
        if (!error_ && next_ != in_.size()) return fail("abi: trailing bytes");
        return status();
    }

 private:
    static constexpr std::array<std::uint8_t, 32> zeros{};

    std::size_t small(std::size_t at) {
        const auto w = word(at);
        std::uint64_t n = 0;
        for (std::size_t i = 0; i < 32; ++i) {
            if (i < 24 && w[i] != 0) refuse("abi: offset or length out of range");
            n = n << 8 | w[i];
        }
        return n;
    }

    ByteView in_;
    std::size_t next_ = 0;
    const char* error_ = nullptr;
};

namespace detail {
inline bool all_zero(ByteView b) {
    return std::ranges::all_of(b, [](std::uint8_t x) { return x == 0; });
}
inline void write_u64(std::uint8_t* at, std::uint64_t v) {
    std::ranges::copy(be64(v), at + 24);
}
inline void append_u64(Bytes& out, std::uint64_t v) {
    out.resize(out.size() + 32);
    write_u64(out.data() + out.size() - 32, v);
}
inline void append_padded(Bytes& out, ByteView b) {
    append_u64(out, b.size());
    append(out, b);
    out.resize(out.size() +
               (32 - b.size() % 32) % 32);  // A selector may stand before: sizes count from here.
}
inline ByteView read_padded(Reader& r) {
    const auto at = r.claim(32);
    const auto size = r.count(at, 1);
    const auto padded = (size + 31) / 32 * 32;
    const auto from = r.claim(padded);
    const auto all = r.bytes(from, padded);
    if (all.empty()) return {};
    if (!all_zero(all.subspan(size))) r.refuse("abi: dirty padding");
    return all.first(size);
}
constexpr Name sized(std::string_view prefix, std::size_t n) {
    return Name(prefix).add_number(n);
}

/// Heads first, then tails: the shape of every tuple, array and argument list.
class PartWriter {
 public:
    PartWriter(Bytes& out, std::size_t head_size) : out_(out), base_(out.size()), head_(base_) {
        out_.resize(base_ + head_size);
    }
    template <class T>
    void put(const T& v) {
        if constexpr (Codec<T>::dynamic) {
            write_u64(out_.data() + head_, out_.size() - base_);
            Codec<T>::append(out_, v);
        } else {
            Codec<T>::write(out_.data() + head_, v);
        }
        head_ += Codec<T>::head_size;
    }

 private:
    Bytes& out_;
    std::size_t base_;
    std::size_t head_;
};
class PartReader {
 public:
    PartReader(Reader& in, std::size_t head_size) : in_(in), base_(in.claim(head_size)), head_(base_) {}
    template <class T>
    T get() {
        const auto at = std::exchange(head_, head_ + Codec<T>::head_size);
        if constexpr (Codec<T>::dynamic) {
            in_.expect_offset(at, base_);
            return Codec<T>::read(in_);
        } else {
            return Codec<T>::read(in_, at);
        }
    }

 private:
    Reader& in_;
    std::size_t base_;
    std::size_t head_;
};

/// What the codecs of one-word types share.
struct OneWord {
    static constexpr bool dynamic = false;
    static constexpr std::size_t head_size = 32;
};
struct Dynamic {
    static constexpr bool dynamic = true;
    static constexpr std::size_t head_size = 32;
};
}  // namespace detail

template <std::unsigned_integral T>
struct Codec<T> : detail::OneWord {
    static constexpr Name name = detail::sized("uint", 8 * sizeof(T));
    static constexpr Name canonical = name;
    static void write(std::uint8_t* at, T v) { detail::write_u64(at, v); }
    static T read(Reader& r, std::size_t at) {
        const auto w = r.word(at);
        if (!detail::all_zero(w.first(32 - sizeof(T)))) r.refuse("abi: integer out of range");
        std::uint64_t v = 0;
        for (const auto b : w.last(sizeof(T))) v = v << 8 | b;
        return static_cast<T>(v);
    }
};

template <>
struct Codec<bool> : detail::OneWord {
    static constexpr Name name{"bool"};
    static constexpr Name canonical = name;
    static void write(std::uint8_t* at, bool v) { at[31] = v; }
    static bool read(Reader& r, std::size_t at) {
        const auto w = r.word(at);
        if (!detail::all_zero(w.first(31)) || w[31] > 1) r.refuse("abi: not a bool");
        return w[31] == 1;
    }
};

template <>
struct Codec<U256> : detail::OneWord {
    static constexpr Name name{"uint256"};
    static constexpr Name canonical = name;
    static void write(std::uint8_t* at, const U256& v) { std::ranges::copy(to_word(v), at); }
    static U256 read(Reader& r, std::size_t at) { return to_u256(r.word(at)); }
};

template <unsigned Bits>
struct Codec<Uint<Bits>> : detail::OneWord {
    static constexpr Name name = detail::sized("uint", Bits);
    static constexpr Name canonical = name;
    static void write(std::uint8_t* at, const Uint<Bits>& v) {
        if constexpr (Bits <= 64)
            detail::write_u64(at, v);
        else
            Codec<U256>::write(at, v);
    }
    static Uint<Bits> read(Reader& r, std::size_t at) {
        const auto w = r.word(at);
        if (!detail::all_zero(w.first(32 - Bits / 8))) {
            r.refuse("abi: integer out of range");
            return {};
        }
        if constexpr (Bits <= 64)
            return low_u64(to_u256(w));
        else
            return to_u256(w);
    }
};

template <>
struct Codec<Address> : detail::OneWord {
    static constexpr Name name{"address"};
    static constexpr Name canonical = name;
    static void write(std::uint8_t* at, const Address& v) { std::ranges::copy(v, at + 12); }
    static Address read(Reader& r, std::size_t at) {
        const auto w = r.word(at);
        if (!detail::all_zero(w.first(12))) r.refuse("abi: dirty padding");
        return Address::from(w.last(20));
    }
};

/// bytesN; bytes20 is not offered, because 20 bytes are an address.
template <std::size_t N>
    requires(N <= 32)
struct Codec<FixedBytes<N>> : detail::OneWord {
    static constexpr Name name = detail::sized("bytes", N);
    static constexpr Name canonical = name;
    static void write(std::uint8_t* at, const FixedBytes<N>& v) { std::ranges::copy(v, at); }
    static FixedBytes<N> read(Reader& r, std::size_t at) {
        const auto w = r.word(at);
        if (!detail::all_zero(w.subspan(N))) r.refuse("abi: dirty padding");
        return FixedBytes<N>::from(w.first(N));
    }
};

template <>
struct Codec<std::string> : detail::Dynamic {
    static constexpr Name name{"string"};
    static constexpr Name canonical = name;
    static void append(Bytes& out, const std::string& v) { detail::append_padded(out, as_bytes(v)); }
    static std::string read(Reader& r) { return std::string(as_text(detail::read_padded(r))); }
};

template <>
struct Codec<Bytes> : detail::Dynamic {
    static constexpr Name name{"bytes"};
    static constexpr Name canonical = name;
    static void append(Bytes& out, const Bytes& v) { detail::append_padded(out, v); }
    static Bytes read(Reader& r) {
        const auto b = detail::read_padded(r);
        return {b.begin(), b.end()};
    }
};

template <class T>
struct Codec<std::vector<T>> : detail::Dynamic {
    static constexpr Name name = Name(Codec<T>::name).add("[]");
    static constexpr Name canonical = Name(Codec<T>::canonical).add("[]");
    static void append(Bytes& out, const std::vector<T>& v) {
        detail::append_u64(out, v.size());
        detail::PartWriter parts(out, v.size() * Codec<T>::head_size);
        for (const T& item : v) parts.put<T>(item);
    }
    static std::vector<T> read(Reader& r) {
        const auto at = r.claim(32);
        const auto n = r.count(at, Codec<T>::head_size);
        std::vector<T> out;
        out.reserve(n);
        detail::PartReader parts(r, n * Codec<T>::head_size);
        for (std::size_t i = 0; i < n; ++i) out.push_back(parts.get<T>());
        return out;
    }
};

template <class T, std::size_t N>
struct Codec<std::array<T, N>> {
    static constexpr Name name = Name(Codec<T>::name).add("[").add_number(N).add("]");
    static constexpr Name canonical = Name(Codec<T>::canonical).add("[").add_number(N).add("]");
    static constexpr bool dynamic = Codec<T>::dynamic;
    static constexpr std::size_t head_size = dynamic ? 32 : N * Codec<T>::head_size;

    static void write(std::uint8_t* at, const std::array<T, N>& v) {
        for (const T& item : v) {
            Codec<T>::write(at, item);
            at += Codec<T>::head_size;
        }
    }
    static std::array<T, N> read(Reader& r, std::size_t at) {
        std::array<T, N> out;
        for (std::size_t i = 0; i < N; ++i) out[i] = Codec<T>::read(r, at + i * Codec<T>::head_size);
        return out;
    }
    static void append(Bytes& out, const std::array<T, N>& v) {
        detail::PartWriter parts(out, N * Codec<T>::head_size);
        for (const T& item : v) parts.put<T>(item);
    }
    static std::array<T, N> read(Reader& r) {
        detail::PartReader parts(r, N * Codec<T>::head_size);
        std::array<T, N> out;
        for (T& item : out) item = parts.get<T>();
        return out;
    }
};

// --- structs ------------------------------------------------------------------------------------

template <class M>
struct MemberOf;
template <class C, class F>
struct MemberOf<F C::*> {
    using Owner = C;
    using Field = F;
};
template <auto Member>
using FieldType = typename MemberOf<decltype(Member)>::Field;

/// What printers know of a struct.
struct StructInfo {
    Decl decl;
    std::string_view text;
};

/// Binds a Solidity struct to the fields of a C++ struct, in order.
template <Text D, auto... Members>
struct Struct {
    static constexpr StructInfo info{parse(D.view()), D.view()};
    static constexpr std::size_t field_count = sizeof...(Members);
    using Fields = std::tuple<FieldType<Members>...>;

    static constexpr bool matches() {
        if (info.decl.kind != Kind::structure || info.decl.in_count != field_count) return false;
        std::size_t i = 0;
        return (... && (info.decl.in[i++].type == Codec<FieldType<Members>>::name.view()));
    }
    static constexpr Name canonical() {
        Name out("(");
        (out.add(out.size > 1 ? "," : "").add(Codec<FieldType<Members>>::canonical.view()), ...);
        return out.add(")");
    }
    static constexpr bool dynamic() { return (... || Codec<FieldType<Members>>::dynamic); }
    static constexpr std::size_t heads() { return (0 + ... + Codec<FieldType<Members>>::head_size); }

    template <class S, class Visit>
    static void for_each(S& s, const Visit& visit) {
        (visit(s.*Members), ...);
    }
};

template <class T>
concept AbiStruct = requires { typename T::Abi; };

template <AbiStruct T>
struct Codec<T> {
    using Abi = typename T::Abi;
    static_assert(Abi::matches(), "the C++ fields and the Solidity struct disagree");
    static constexpr Name name{Abi::info.decl.name};
    static constexpr Name canonical = Abi::canonical();
    static constexpr bool dynamic = Abi::dynamic();
    static constexpr std::size_t head_size = dynamic ? 32 : Abi::heads();

    static void write(std::uint8_t* at, const T& v) {
        Abi::for_each(v, [&]<class F>(const F& field) {
            Codec<F>::write(at, field);
            at += Codec<F>::head_size;
        });
    }
    static T read(Reader& r, std::size_t at) {
        T out;
        Abi::for_each(out, [&]<class F>(F& field) {
            field = Codec<F>::read(r, at);
            at += Codec<F>::head_size;
        });
        return out;
    }
    static void append(Bytes& out, const T& v) {
        detail::PartWriter parts(out, Abi::heads());
        Abi::for_each(v, [&]<class F>(const F& field) { parts.put<F>(field); });
    }
    static T read(Reader& r) {
        detail::PartReader parts(r, Abi::heads());
        T out;
        Abi::for_each(out, [&]<class F>(F& field) { field = parts.get<F>(); });
        return out;
    }
};

// --- whole argument lists -----------------------------------------------------------------------

/// Appends abi.encode(v...).
template <class... T>
void append_encoded(Bytes& out, const T&... v) {
    [[maybe_unused]] detail::PartWriter parts(out, (0 + ... + Codec<T>::head_size));
    (parts.put<T>(v), ...);
}

/// abi.encode(v...).
template <class... T>
Bytes encode(const T&... v) {
    Bytes out;
    append_encoded(out, v...);
    return out;
}

namespace detail {
template <class... T>
std::tuple<T...> read_all(Reader& r) {
    [[maybe_unused]] PartReader parts(r, (0 + ... + Codec<T>::head_size));
    return {parts.get<T>()...};
}
}  // namespace detail

/// Strict inverse of encode.
template <class... T>
Result<std::tuple<T...>> decode(ByteView in) {
    Reader r(in);
    auto out = detail::read_all<T...>(r);
    TRY(r.finish());
    return out;
}

/// A call's arguments: as strict, but what follows them is not looked at, as in Solidity. Wallets append a
/// mark there that names the application (ERC-8021).
template <class... T>
Result<std::tuple<T...>> decode_arguments(ByteView in) {
    Reader r(in);
    auto out = detail::read_all<T...>(r);
    TRY(r.status());
    return out;
}

}  // namespace farthing::abi
