#include "core/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace farthing {

void check_failed(std::string_view condition, std::source_location where) {
    std::fprintf(stderr, "farthing: broken invariant at %s:%u: %.*s\n", where.file_name(), where.line(),
                 static_cast<int>(condition.size()), condition.data());
    std::abort();
}

}  // namespace farthing
