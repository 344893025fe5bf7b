#include "reprise/kernels/onednn/sparse.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <string>
#include <tuple>

#include "reprise/kernels/onednn/dnnl_compat.hpp"

namespace reprise {

#ifdef DNNL_EXPERIMENTAL_SPARSE

namespace {

using dnnl::memory;
using onednn::dim;
using onednn::handle;

memory::desc dense(std::size_t rows, std::size_t columns) {
  return {{dim(rows), dim(columns)}, memory::data_type::f32, memory::format_tag::ab};
}

memory::desc sparse(std::size_t rows, std::size_t columns, std::size_t elements) {
  return memory::desc::csr({dim(rows), dim(columns)}, memory::data_type::f32, dim(elements),
                           memory::data_type::s32, memory::data_type::s32);
}

}  // namespace

struct OnednnSparse::Library {
  // (rows, columns, elements, n). A primitive belongs to a number of elements, which differs from
  // batch to batch, and making one takes as long as using it (0.1 to 0.3 ms). So the arrays are
  // padded to the next power of two; the row pointers never lead to the padding.
  using Shape = std::tuple<std::size_t, std::size_t, std::size_t, std::size_t>;

  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  struct Product {
    dnnl::matmul primitive;
    std::string implementation;
  };
  std::map<Shape, Product> products;

  const Product& product(const Shape& shape) {
    const auto found = products.find(shape);
    if (found != products.end()) return found->second;
    const auto [rows, columns, elements, n] = shape;
    dnnl::primitive_attr attributes;
    attributes.set_fpmath_mode(dnnl::fpmath_mode::strict);
    const auto description =
        onednn::describe_matmul(engine, sparse(rows, columns, elements), dense(columns, n), nullptr,
                                dense(rows, n), attributes);
    return products.emplace(shape, Product{dnnl::matmul(description), description.impl_info_str()})
        .first->second;
  }
};

OnednnSparse::OnednnSparse() : library_(std::make_unique<Library>()) {}
OnednnSparse::~OnednnSparse() = default;

bool onednn_has_sparse() {
  static const bool has = [] {
    try {
      const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
      const std::string name =
          onednn::describe_matmul(engine, sparse(1, 1, 1), dense(1, 1), nullptr, dense(1, 1), {})
              .impl_info_str();
      return !name.starts_with("ref");
    } catch (const dnnl::error&) {  // not implemented for this processor
      return false;
    }
  }();
  return has;
}

void OnednnSparse::multiply(GatheredCsr<float>& a, std::size_t columns, const float* b,
                            std::size_t n, float* c) {
  Library& library = *library_;
  const auto rows = static_cast<std::size_t>(a.rows());
  a.pad(std::bit_ceil(std::max<std::size_t>(a.col_idx().size(), 1)));
  const std::size_t elements = a.col_idx().size();
  const Library::Product& product = library.product({rows, columns, elements, n});
  implementation_ = product.implementation;
  const memory src(
      sparse(rows, columns, elements), library.engine,
      {handle(a.ones().data()), handle(a.col_idx().data()), handle(a.row_ptr().data())});
  const memory weights(dense(columns, n), library.engine, handle(b)),
      destination(dense(rows, n), library.engine, c);
  product.primitive.execute(
      library.stream,
      {{DNNL_ARG_SRC, src}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_DST, destination}});
  library.stream.wait();
}

void OnednnSparse::multiply_transposed(const GatheredCsr<float>& a, std::size_t columns,
                                       const float* b, std::size_t n, float* c) {
  transposed_.transpose(a, columns);
  multiply(transposed_, static_cast<std::size_t>(a.rows()), b, n, c);
}

#else

struct OnednnSparse::Library {};
OnednnSparse::OnednnSparse() = default;
OnednnSparse::~OnednnSparse() = default;
bool onednn_has_sparse() { return false; }
void OnednnSparse::multiply(GatheredCsr<float>&, std::size_t, const float*, std::size_t, float*) {}
void OnednnSparse::multiply_transposed(const GatheredCsr<float>&, std::size_t, const float*,
                                       std::size_t, float*) {}

#endif

}  // namespace reprise
