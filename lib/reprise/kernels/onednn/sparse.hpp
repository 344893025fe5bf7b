// Products of a sparse and a dense matrix by oneDNN. Only builds of oneDNN with its experimental
// option for sparse memory have them: not Debian's package, but the Python wheel of oneDNN 3.2.
#pragma once

#include <memory>
#include <string_view>

#include "reprise/kernels/gathered_csr.hpp"

namespace reprise {

// Whether the linked oneDNN has products for CSR matrices on this processor that are more than its
// plain loops ("ref:any").
bool onednn_has_sparse();

class OnednnSparse {
 public:
  OnednnSparse();
  ~OnednnSparse();

  // c = a b. The sparse a has `columns` columns; b (columns, n) and c (rows of a, n) are row-major.
  // Pads a.
  void multiply(GatheredCsr<float>& a, std::size_t columns, const float* b, std::size_t n,
                float* c);
  // c = the transpose of a, times b; b is (rows of a, n) and c is (columns, n). oneDNN multiplies
  // CSR matrices only from the left and untransposed, so this transposes a first.
  void multiply_transposed(const GatheredCsr<float>& a, std::size_t columns, const float* b,
                           std::size_t n, float* c);
  // oneDNN's name of the kernel of the last product: "jit:uni".
  std::string_view implementation() const { return implementation_; }

 private:
  struct Library;
  std::unique_ptr<Library> library_;
  GatheredCsr<float> transposed_;
  std::string_view implementation_;  // points into `library_`
};

}  // namespace reprise
