#pragma once
// Where the published vectors are. Defined in a file that CMake makes for each test program, so that no other
// object depends on where the checkout stands.
#include <string>

namespace farthing {

extern const std::string vectors_folder;

}  // namespace farthing
