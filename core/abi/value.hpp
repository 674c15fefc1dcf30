#pragma once
// The ABI for types that are known only at run time, as command lines and tests give them: texts in, texts
// out.
//
// A value is written as people write it: decimal or 0x-hex integers (with a minus for intN), true and false,
// 0x-hex for addresses and bytes, text for string; [a, b] for arrays and (a, b) for tuples, where a string
// that holds , ( ) [ ] or a quote stands in double quotes with \" and \\ inside.
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace farthing::abi {

struct Type {
    enum class Kind : std::uint8_t {
        uint_n,
        int_n,
        boolean,
        address,
        bytes_n,
        bytes,
        string,
        array,        ///< T[]; the item type is parts[0].
        fixed_array,  ///< T[size].
        tuple,
    };
    Kind kind = Kind::tuple;
    std::size_t size = 0;  ///< Bits of integers, bytes of bytesN, items of T[N].
    std::vector<Type> parts{};

    bool is_dynamic() const;
    std::size_t head_size() const;
};

/// "uint256", "(address,bytes)[]", "string[2]". Strict: no aliases, no spaces.
Result<Type> parse_type(std::string_view text);

/// A function as command lines name it: "balanceOf(address)" or, with what it returns,
/// "balanceOf(address)(uint256)".
struct Signature {
    std::string canonical;  ///< "balanceOf(address)".
    FixedBytes<4> selector;
    Type inputs;   ///< A tuple.
    Type outputs;  ///< A tuple; empty when none is written.
};
Result<Signature> parse_signature(std::string_view text);

/// A value of an elementary type is its text; of arrays and tuples its items.
struct Value {
    std::string text{};
    std::vector<Value> items{};
    bool operator==(const Value&) const = default;
};

/// Reads one value; a string outside of arrays and tuples is taken as it is.
Result<Value> parse_value(const Type& type, std::string_view text);
std::string to_text(const Type& type, const Value& value);

/// abi.encode of a tuple's items. Refuses values that are not of their type.
Result<Bytes> encode_values(const Type& tuple, const Value& values);
/// Strict inverse, as abi::decode.
Result<Value> decode_values(const Type& tuple, ByteView in);

}  // namespace farthing::abi
