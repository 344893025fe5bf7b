#include "reprise/kernels/blas/families.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>

#include "reprise/core/error.hpp"

namespace reprise {

namespace {

// The text before the first space after `start`, or "".
std::string word_after(std::string_view text, std::string_view start) {
  const std::size_t at = text.find(start);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = text.substr(at + start.size());
  return std::string(rest.substr(0, rest.find(' ')));
}

std::function<void(int)> setter(const BlasSymbols& symbols, const char* name) {
  const auto set = symbols.find<void(int)>(name);
  if (set == nullptr) return {};
  return [set](int threads) { set(threads); };
}
std::function<int()> getter(const BlasSymbols& symbols, const char* name) {
  const auto get = symbols.find<int()>(name);
  if (get == nullptr) return {};
  return [get] { return get(); };
}

// openblas_get_config() is, for example, "OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY Haswell
// MAX_THREADS=64" (OpenBLAS, driver/others/openblas_get_config.c).
void describe_openblas(const BlasSymbols& symbols, BlasFacts& facts) {
  if (const auto config = symbols.find<char*()>("openblas_get_config")) {
    const std::string_view text = config();
    facts.title = "OpenBLAS " + word_after(text, "OpenBLAS ");
    if (text.find("USE64BITINT") != std::string_view::npos) facts.integer_bits = 64;
  }
  if (const auto core = symbols.find<char*()>("openblas_get_corename")) facts.core = core();
  if (const auto parallel = symbols.find<int()>("openblas_get_parallel")) {
    constexpr std::array kThreading{"serial", "pthreads", "OpenMP"};
    const int kind = parallel();
    if (kind >= 0 && kind < 3) facts.threading = kThreading[static_cast<std::size_t>(kind)];
  }
}

// Integers of BLIS's own interface (gint_t) have 64 bits; those of its BLAS layer are asked for.
void describe_blis(const BlasSymbols& symbols, BlasFacts& facts) {
  using Text = const char*();
  using Number = std::int64_t();
  if (const auto version = symbols.find<Text>("bli_info_get_version_str"))
    facts.title = std::string("BLIS ") + version();
  const auto id = symbols.find<int()>("bli_arch_query_id");
  if (const auto name = symbols.find<const char*(int)>("bli_arch_string"); name && id)
    facts.core = name(id());
  if (const auto bits = symbols.find<Number>("bli_info_get_blas_int_type_size"))
    facts.integer_bits = static_cast<int>(bits());
  // Debian's libblas.so.3 of BLIS has no functions of BLIS
  if (symbols.find<Number>("bli_info_get_enable_openmp") == nullptr) return;
  const auto has = [&](const char* function) {
    const auto get = symbols.find<Number>(function);
    return get != nullptr && get() != 0;
  };
  facts.threading = has("bli_info_get_enable_openmp")     ? "OpenMP"
                    : has("bli_info_get_enable_pthreads") ? "pthreads"
                                                          : "serial";
}

// BLIS's setter takes a 64-bit dim_t.
std::function<void(int)> blis_setter(const BlasSymbols& symbols) {
  const auto set = symbols.find<void(std::int64_t)>("bli_thread_set_num_threads");
  if (set == nullptr) return {};
  return [set](int threads) { set(threads); };
}
std::function<int()> blis_getter(const BlasSymbols& symbols) {
  const auto get = symbols.find<std::int64_t()>("bli_thread_get_num_threads");
  if (get == nullptr) return {};
  return [get] { return static_cast<int>(get()); };
}

// Integers of 32 bits, and GNU's OpenMP, which this program has loaded (codes of mkl_service.h).
// MKL ends the process if its part for that runtime is missing.
void prepare_mkl(const BlasSymbols& symbols) {
  constexpr int kLp64 = 0, kGnu = 3;
  const std::filesystem::path file = symbols.library.file_of("MKL_Get_Version");
  const std::string name = file.filename().string(), expected = "libmkl_rt";
  if (!name.starts_with(expected)) {
    throw Error(printable(file.string()) + ": found another file, expected MKL's libmkl_rt.so",
                ExitCode::missing);
  }
  const std::string suffix = name.substr(expected.size());
  const auto part = file.parent_path() / ("libmkl_gnu_thread" + suffix);
  std::error_code failed;
  if (!std::filesystem::exists(part, failed)) {
    throw Error(printable(file.string()) + ": found no " + part.filename().string() +
                    " beside it, expected MKL's part for GNU's OpenMP",
                ExitCode::missing);
  }
  if (const auto set = symbols.find<int(int)>("MKL_Set_Interface_Layer")) set(kLp64);
  if (const auto set = symbols.find<int(int)>("MKL_Set_Threading_Layer")) set(kGnu);
  // otherwise MKL takes fewer threads than it is asked for
  if (const auto set = symbols.find<void(int)>("MKL_Set_Dynamic")) set(0);
}

// MKLVersion of mkl_types.h.
struct MklVersion {
  int major, minor, update;
  char *product_status, *build, *processor, *platform;
};

void describe_mkl(const BlasSymbols& symbols, BlasFacts& facts) {
  if (const auto get = symbols.find<void(MklVersion*)>("MKL_Get_Version")) {
    MklVersion version{};
    get(&version);
    facts.title = "MKL " + std::to_string(version.major) + "." + std::to_string(version.minor) +
                  "." + std::to_string(version.update);
    if (version.processor != nullptr) facts.core = version.processor;
  }
  facts.threading = "OpenMP";
}

}  // namespace

const std::vector<BlasFamily>& blas_families() {
  static const std::vector<BlasFamily> list{
      {.name = "openblas",
       .title = "OpenBLAS",
       .about = "dense layers with OpenBLAS's gemm, float32 and float64",
       .install = "apt-get install libopenblas0-pthread",
       .threaded = true,
       .sparse = false,
       .slow = false,
       .marks = {"openblas"},
       .foreign = {},
       .files = {"libopenblasp.so.0", "libopenblaso.so.0", "libopenblas.so.0", "libopenblas.so",
                 "libopenblas-*.so", "libopenblasp-*.so", "libscipy_openblas.so",
                 "libscipy_openblas-*.so"},
       .places = {"/usr/lib/x86_64-linux-gnu/openblas-pthread",
                  "/usr/lib/x86_64-linux-gnu/openblas-openmp",
                  "/usr/lib/x86_64-linux-gnu/openblas-serial", "/opt/OpenBLAS/lib"},
       .core_variables = {"OPENBLAS_CORETYPE"},
       .prepare = nullptr,
       .describe = describe_openblas,
       .thread_setter = [](const auto& s) { return setter(s, "openblas_set_num_threads"); },
       .thread_getter = [](const auto& s) { return getter(s, "openblas_get_num_threads"); }},
      {.name = "blis",
       .title = "BLIS",
       .about = "dense layers with BLIS's gemm, float32 and float64",
       .install = "apt-get install libblis4-pthread",
       .threaded = true,
       .sparse = false,
       .slow = false,
       .marks = {"bli_thread_set_num_threads", "libblis"},
       .foreign = {},
       .files = {"libblis-mt.so", "libblis-mt.so.*", "libblis.so.4", "libblis.so", "libblis.so.*"},
       .places = {"/usr/lib/x86_64-linux-gnu/blis-pthread", "/usr/lib/x86_64-linux-gnu/blis-openmp",
                  "/usr/lib/x86_64-linux-gnu/blis-serial"},
       .core_variables = {"BLIS_ARCH_TYPE"},
       .prepare = nullptr,
       .describe = describe_blis,
       .thread_setter = blis_setter,
       .thread_getter = blis_getter},
      {.name = "mkl",
       .title = "MKL",
       .about = "dense and sparse layers with Intel's MKL, float32 and float64",
       .install = "pip install mkl",
       .threaded = true,
       .sparse = true,
       .slow = false,
       .marks = {"MKL_Set_Threading_Layer", "libmkl"},
       .foreign = {},
       .files = {"libmkl_rt.so.3", "libmkl_rt.so.2", "libmkl_rt.so"},
       .places = {"$MKLROOT/lib", "$MKLROOT/lib/intel64", "/opt/intel/oneapi/mkl/latest/lib",
                  "/opt/intel/oneapi/mkl/latest/lib/intel64", "/opt/intel/mkl/lib/intel64"},
       .core_variables = {"MKL_ENABLE_INSTRUCTIONS", "MKL_CBWR", "MKL_DEBUG_CPU_TYPE"},
       .prepare = prepare_mkl,
       .describe = describe_mkl,
       .thread_setter = [](const auto& s) { return setter(s, "MKL_Set_Num_Threads"); },
       .thread_getter = [](const auto& s) { return getter(s, "MKL_Get_Max_Threads"); }},
      {.name = "netlib",
       .title = "Netlib's reference BLAS",
       .about = "dense layers with the reference BLAS, which is slow; float32 and float64",
       .install = "apt-get install libblas3",
       .threaded = false,
       .sparse = false,
       .slow = true,
       // of its C interface, and of the Fortran part alone; ATLAS has them, too
       .marks = {"CBLAS_CallFromC", "lsame_"},
       .foreign = {"ATL_"},
       .files = {"libblas.so.3"},
       .places = {"/usr/lib/x86_64-linux-gnu/blas"},
       .core_variables = {},
       .prepare = nullptr,
       .describe = [](const BlasSymbols&, BlasFacts& facts) { facts.threading = "serial"; },
       .thread_setter = nullptr,
       .thread_getter = nullptr},
  };
  return list;
}

const BlasFamily* find_blas_family(std::string_view name) {
  const auto found = std::ranges::find(blas_families(), name, &BlasFamily::name);
  return found == blas_families().end() ? nullptr : &*found;
}

}  // namespace reprise
