// libFuzzer's entry: hands each input to the one target of this program. `x_fuzz --seeds FOLDER` writes the
// target's seeds there and ends.
#include "core/testing/fuzz.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

using namespace farthing;

static void write_seeds(const std::filesystem::path& folder) {
    const auto seeds = fuzz::targets().front().seeds();
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        std::ofstream out(folder / ("seed-" + std::to_string(i)), std::ios::binary);
        out << as_text(seeds[i]);
        if (!out.flush()) std::abort();
    }
    std::cout << seeds.size() << " seeds\n";
}

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    if (fuzz::targets().size() != 1) std::abort();
    if (*argc == 3 && std::string_view((*argv)[1]) == "--seeds") {
        write_seeds((*argv)[2]);
        std::exit(0);
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::targets().front().run({data, size});
    return 0;
}
