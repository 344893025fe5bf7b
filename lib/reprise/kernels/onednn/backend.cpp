#include "reprise/kernels/onednn/backend.hpp"

#include <omp.h>

#include <algorithm>
#include <compare>
#include <map>
#include <optional>
#include <unordered_map>

#include "reprise/kernels/onednn/dnnl_compat.hpp"

namespace reprise {

namespace {

using dnnl::memory;
using onednn::dim;
using onednn::handle;

// While an object exists, OpenMP regions that this thread opens have the given number of threads.
class OnThreads {
 public:
  explicit OnThreads(int threads) : saved_(omp_get_max_threads()) {
    if (saved_ != threads) omp_set_num_threads(threads);
    changed_ = saved_ != threads;
  }
  ~OnThreads() {
    if (changed_) omp_set_num_threads(saved_);
  }
  OnThreads(const OnThreads&) = delete;
  OnThreads& operator=(const OnThreads&) = delete;

 private:
  int saved_;
  bool changed_;
};

memory::desc matrix(std::size_t rows, std::size_t columns, bool transposed) {
  const memory::dims strides =
      transposed ? memory::dims{1, dim(rows)} : memory::dims{dim(columns), 1};
  return {{dim(rows), dim(columns)}, memory::data_type::f32, strides};
}

}  // namespace

// c (rows, columns) = a (rows, terms) b (terms, columns). The arrays of a and b may hold the
// transposes.
struct OnednnBackend::Shape {
  std::size_t rows, terms, columns;
  bool a_transposed, b_transposed, bias;
  auto operator<=>(const Shape&) const = default;
};

struct OnednnBackend::Library {
  // A primitive with its arguments. Each call sets their addresses anew.
  struct Product {
    dnnl::matmul primitive;
    memory a, b, c;
    std::unordered_map<int, memory> arguments;
    std::string implementation;
    // set if oneDNN wants b in another layout
    std::optional<dnnl::reorder> reorder;
  };

  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  std::map<Shape, Product> products;

  Product& product(const Shape& shape, OnednnLayout layout);
};

OnednnBackend::Library::Product& OnednnBackend::Library::product(const Shape& shape,
                                                                 OnednnLayout layout) {
  const auto found = products.find(shape);
  if (found != products.end()) return found->second;
  const memory::desc a = matrix(shape.rows, shape.terms, shape.a_transposed);
  const memory::desc b = matrix(shape.terms, shape.columns, shape.b_transposed);
  const memory::desc c = matrix(shape.rows, shape.columns, false);
  const memory::desc bias = matrix(1, shape.columns, false);
  const memory::desc b_request =
      layout == OnednnLayout::plain ? b
                                    : memory::desc({dim(shape.terms), dim(shape.columns)},
                                                   memory::data_type::f32, memory::format_tag::any);
  dnnl::primitive_attr attributes;
  // compute in float32 even if the environment allows less precision
  attributes.set_fpmath_mode(dnnl::fpmath_mode::strict);
  const auto description =
      onednn::describe_matmul(engine, a, b_request, shape.bias ? &bias : nullptr, c, attributes);
  Product product{dnnl::matmul(description),
                  memory(a, engine, nullptr),
                  memory(b, engine, nullptr),
                  memory(c, engine, nullptr),
                  {},
                  description.impl_info_str(),
                  {}};
  // dnnl::memory is a handle, so `arguments` refers to the same memory objects
  product.arguments = {
      {DNNL_ARG_SRC, product.a}, {DNNL_ARG_WEIGHTS, product.b}, {DNNL_ARG_DST, product.c}};
  if (description.weights_desc() != b) {
    const memory copy(description.weights_desc(), engine);
    product.reorder.emplace(product.b, copy);
    product.arguments[DNNL_ARG_WEIGHTS] = copy;
  }
  if (shape.bias) product.arguments[DNNL_ARG_BIAS] = memory(bias, engine, nullptr);
  return products.emplace(shape, std::move(product)).first->second;
}

OnednnBackend::OnednnBackend(Team& team, std::string_view isa, OnednnLayout layout)
    : OpenmpBackend(team, isa, false),
      library_(std::make_unique<Library>()),
      sparse_(onednn_has_sparse() ? std::make_unique<OnednnSparse>() : nullptr),
      layout_(layout) {}
OnednnBackend::~OnednnBackend() = default;

std::string OnednnBackend::implementation() const {
  return "oneDNN " + onednn_version() + " " + std::string(last_implementation_);
}

std::size_t OnednnBackend::primitives() const { return library_->products.size(); }

// oneDNN never sees a size of 0: an empty result needs no work, and an empty sum is 0 or the bias.
void OnednnBackend::multiply(const Shape& shape, const float* a, const float* b, const float* bias,
                             float* c) {
  if (shape.rows == 0 || shape.columns == 0) return;
  if (shape.terms == 0) {
    for (std::size_t i = 0; i < shape.rows; ++i) {
      for (std::size_t j = 0; j < shape.columns; ++j) {
        c[i * shape.columns + j] = bias == nullptr ? 0.0f : bias[j];
      }
    }
    return;
  }
  const OnThreads threads(team().threads());  // for creating a primitive and for executing it
  Library::Product& product = library_->product(shape, layout_);
  product.a.set_data_handle(handle(a));
  product.b.set_data_handle(handle(b));
  product.c.set_data_handle(c);
  if (bias != nullptr) product.arguments.at(DNNL_ARG_BIAS).set_data_handle(handle(bias));
  if (product.reorder) {
    product.reorder->execute(library_->stream, product.b, product.arguments.at(DNNL_ARG_WEIGHTS));
    ++reorders_;
  }
  last_implementation_ = product.implementation;
  product.primitive.execute(library_->stream, product.arguments);
  library_->stream.wait();
}

void OnednnBackend::dense_forward(MatrixView<const float> x, MatrixView<const float> kernel,
                                  std::span<const float> bias, MatrixView<float> z) {
  multiply({x.rows, x.cols, kernel.cols, false, false, !bias.empty()}, x.data, kernel.data,
           bias.empty() ? nullptr : bias.data(), z.data);
}

void OnednnBackend::dense_backward_data(MatrixView<const float> dz, MatrixView<const float> kernel,
                                        MatrixView<float> dx) {
  multiply({dx.rows, dz.cols, dx.cols, false, true, false}, dz.data, kernel.data, nullptr, dx.data);
}

void OnednnBackend::dense_backward_weights(MatrixView<const float> x, MatrixView<const float> dz,
                                           MatrixView<float> dkernel, std::span<float> dbias) {
  multiply({x.cols, x.rows, dz.cols, true, false, false}, x.data, dz.data, nullptr, dkernel.data);
  sum_rows(dz, dbias);
}

void OnednnBackend::csr_forward(const CsrBatch& x, MatrixView<const float> kernel,
                                std::span<const float> bias, MatrixView<float> z) {
  if (sparse_ == nullptr || z.rows == 0 || z.cols == 0 || kernel.rows == 0)
    return OpenmpBackend::csr_forward(x, kernel, bias, z);
  const OnThreads threads(team().threads());
  batch_.gather(x);
  sparse_->multiply(batch_, kernel.rows, kernel.data, kernel.cols, z.data);
  last_implementation_ = sparse_->implementation();
  for (std::size_t i = 0; i < z.rows && !bias.empty(); ++i) {
    for (std::size_t j = 0; j < z.cols; ++j) z(i, j) += bias[j];
  }
}

void OnednnBackend::csr_backward_weights(const CsrBatch& x, MatrixView<const float> dz,
                                         MatrixView<float> dkernel, std::span<float> dbias) {
  if (sparse_ == nullptr || dz.rows == 0 || dz.cols == 0 || dkernel.rows == 0)
    return OpenmpBackend::csr_backward_weights(x, dz, dkernel, dbias);
  const OnThreads threads(team().threads());
  batch_.gather(x);
  sparse_->multiply_transposed(batch_, dkernel.rows, dz.data, dz.cols, dkernel.data);
  last_implementation_ = sparse_->implementation();
  sum_rows(dz, dbias);
}

std::unique_ptr<Plan<float>> OnednnBackend::make_plan(const NetworkDescription<float>& network,
                                                      const Samples<float>& samples,
                                                      std::size_t batch_size) {
  flush_denormals_in_openmp_threads(team().threads());
  return OpenmpBackend::make_plan(network, samples, batch_size);
}

std::string onednn_version() {
  const dnnl_version_t* version = dnnl_version();
  return std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
         std::to_string(version->patch);
}

// Names of dnnl_types.h.
std::string onednn_kernels() {
  switch (dnnl::get_effective_cpu_isa()) {
    case dnnl::cpu_isa::sse41: return "sse41";
    case dnnl::cpu_isa::avx: return "avx";
    case dnnl::cpu_isa::avx2: return "avx2";
    case dnnl::cpu_isa::avx2_vnni: return "avx2_vnni";
    case dnnl::cpu_isa::avx512_core: return "avx512_core";
    case dnnl::cpu_isa::avx512_core_vnni: return "avx512_core_vnni";
    case dnnl::cpu_isa::avx512_core_bf16: return "avx512_core_bf16";
    case dnnl::cpu_isa::avx512_core_amx: return "avx512_core_amx";
    default: break;
  }
  return "instruction set " + std::to_string(static_cast<int>(dnnl::get_effective_cpu_isa()));
}

}  // namespace reprise
