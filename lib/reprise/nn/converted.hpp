// A user's arrays, converted to the type that a network computes in.
#pragma once

#include <memory>
#include <variant>

#include "reprise/core/matrix.hpp"
#include "reprise/kernels/plan.hpp"
#include "reprise/nn/arrays.hpp"

namespace reprise {

// Views the array if its type is T, else makes one converted copy.
template <class T>
class Converted {
 public:
  explicit Converted(const TargetArray& array) {
    std::visit([this](const auto& view) { view_ = convert(view); }, array);
  }
  MatrixView<const T> view() const { return view_; }

 private:
  MatrixView<const T> convert(MatrixView<const T> same) { return same; }
  template <class U>
  MatrixView<const T> convert(MatrixView<const U> other) {
    copy_ = converted<T>(other);
    return copy_.view();
  }

  Matrix<T> copy_;
  MatrixView<const T> view_;
};

template <class T>
class ConvertedInputs {
 public:
  explicit ConvertedInputs(const InputArray& array) {
    std::visit([this](const auto& view) { take(view); }, array);
  }
  Inputs<T> view() const { return view_; }

 private:
  void take(CsrView view) { view_ = view; }
  template <class U>
  void take(MatrixView<const U> view) {
    dense_ = std::make_unique<Converted<T>>(TargetArray(view));
    view_ = dense_->view();
  }

  std::unique_ptr<Converted<T>> dense_;
  Inputs<T> view_;
};

}  // namespace reprise
