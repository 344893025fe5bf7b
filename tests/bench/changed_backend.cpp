// Benchmark programs with wrong or slow kernels, for tests that they are noticed.
//   bench_wrong        bench_dense; openmp's forward pass changes the last bit of its last output
//   bench_wrong_epoch  bench_epoch; the gradient of the weights is off by 1 % on all backends
//   bench_slowed       bench_dense; openmp's sparse forward pass takes 10 % longer
//   bench_twin         as bench_slowed, but slowed by 0 %: bench_slowed is compared with it, so
//   that
//                      the linker's layout of the code makes no difference
#include <cmath>

#include "bench/harness/program.hpp"
#include "bench/subjects.hpp"
#include "reprise/core/stopwatch.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/kernels/openmp/backend.hpp"

namespace reprise::bench {

namespace {

class WrongBackend final : public OpenmpBackend<float> {
 public:
  using OpenmpBackend<float>::OpenmpBackend;
  void dense_forward(MatrixView<const float> x, MatrixView<const float> kernel,
                     std::span<const float> bias, MatrixView<float> z) override {
    OpenmpBackend<float>::dense_forward(x, kernel, bias, z);
    float& last = z.flat().back();
    last = std::nextafter(last, 1e30f);
  }
};

// Not fused, so that training uses the wrong pass.
class WrongGradientBackend final : public OpenmpBackend<float> {
 public:
  WrongGradientBackend(Team& team, std::string_view isa) : OpenmpBackend(team, isa, false) {}
  void dense_backward_weights(MatrixView<const float> x, MatrixView<const float> dz,
                              MatrixView<float> dkernel, std::span<float> dbias) override {
    OpenmpBackend<float>::dense_backward_weights(x, dz, dkernel, dbias);
    for (float& value : dkernel.flat()) value *= 1.01f;
  }
};

class SlowedBackend final : public OpenmpBackend<float> {
 public:
  using OpenmpBackend<float>::OpenmpBackend;
  void csr_forward(const CsrBatch& x, MatrixView<const float> kernel, std::span<const float> bias,
                   MatrixView<float> z) override {
    const Stopwatch watch;
    OpenmpBackend<float>::csr_forward(x, kernel, bias, z);
    const double wanted = SLOWED_BY * watch.seconds();
    while (watch.seconds() < wanted) {
    }
  }
};

class Factory final : public BackendFactory {
 public:
  std::unique_ptr<Backend<float>> make_float(std::string_view name, Team& team,
                                             std::string_view isa) const override {
    if (name != "openmp" && !CHANGES_ALL) return BackendFactory::make_float(name, team, isa);
    return std::make_unique<CHANGED_BACKEND>(team, find_isa(isa).name);
  }
};

}  // namespace

}  // namespace reprise::bench

int main(int argc, char** argv) {
  using namespace reprise::bench;
  return run_program(argc, argv, "a benchmark program with a changed backend", REGISTER, Factory());
}
