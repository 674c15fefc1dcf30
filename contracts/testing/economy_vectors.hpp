#pragma once
// The worked examples of tests/vectors/economy_vectors.json.
#include "core/base/u256.hpp"
#include "core/testing/vectors.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <sstream>

namespace farthing::contracts::testing {

/// The example of that id.
inline const boost::json::value& economy_vector(std::string_view id) {
    static const boost::json::value document = [] {
        std::ifstream file(vectors_folder + "/economy_vectors.json");
        std::ostringstream text;
        text << file.rdbuf();
        return boost::json::parse(text.str());
    }();
    for (const auto& each : document.at("vectors").as_array())
        if (each.at("id").as_string() == id) return each;
    throw std::out_of_range(std::string(id));
}
inline U256 number(const boost::json::value& text) {
    return parse_u256(std::string(text.as_string())).value();
}

}  // namespace farthing::contracts::testing
