#include "reprise/kernels/openmp/image_plan.hpp"

#include <algorithm>
#include <cmath>

#include "reprise/kernels/openmp/team_execution.hpp"

namespace reprise {

namespace {

// The number of rows that go through all layers together.
constexpr std::size_t kRowsPerPass = 128;
constexpr double kLargestShare = 0.4;
// The terms for which the lists of a batch have room: 64 MiB of float32 for each of both kinds.
constexpr std::size_t kMostTerms = std::size_t{1} << 23;

}  // namespace

template <class T>
bool ImagePlan<T>::supports(const NetworkDescription<T>& network, const Samples<T>& samples,
                            std::size_t batch_size) {
  const auto* x = std::get_if<MatrixView<const T>>(&samples.x);
  const auto* dense = std::get_if<DenseDescription<T>>(&network.layers.front());
  if (x == nullptr || dense == nullptr || dense->regularizers.kernel) return false;
  if (x->rows == 0 || x->cols > CompressedSamples<T>::kMaxColumns) return false;
  if (dense->kernel.cols < kPanelColumns<T> || batch_size == 1) return false;
  if (std::min(batch_size, x->rows) > kMostTerms / x->cols) return false;
  return BatchPlan<T>::supports(network) && share_of_nonzeros(*x) <= kLargestShare;
}

template <class T>
ImagePlan<T>::ImagePlan(Team& team, std::string_view isa, const NetworkDescription<T>& network,
                        const Samples<T>& samples, std::size_t batch_size)
    : team_(team),
      isa_(isa),
      kernels_(kernels_of<T>(isa)),
      samples_(samples),
      batch_size_(batch_size),
      rows_backend_(one_thread_, isa),
      step_(rows_backend_, network, samples,
            team_execution(team, work_after_first_product(network), kRowsPerPass)),
      first_layer_(team, kernels_, std::get<MatrixView<const T>>(samples.x), network,
                   std::min(batch_size, rows_of(samples.x))),
      update_threads_(team.threads_for(
          first_layer_.cost() + DenseUpdate<T>::cost(variables_after_first_kernel(network),
                                                     std::min(batch_size, rows_of(samples.x))),
          kMinWorkPerThread)),
      other_layers_(step_, kernels_, variables_after_first_kernel(network),
                    std::min(batch_size, rows_of(samples.x)), update_threads_) {
  if (!first_layer_.has_finite_samples()) switch_to_dense();
}

template <class T>
void ImagePlan<T>::switch_to_dense() {
  dense_plan_ = std::make_unique<BatchPlan<T>>(team_, isa_, step_.network(), samples_, batch_size_);
}

template <class T>
void ImagePlan<T>::update_weights() {
  with_step(kernels_, step_.network(), [&](const StepFormula<T>& step) {
    team_.parallel_for(update_threads_, 1, [&](std::size_t first, std::size_t last) {
      for (std::size_t thread = first; thread < last; ++thread) {
        first_layer_.update(thread, update_threads_, step_.dz_of(0), step);
        other_layers_.run(thread, step);
      }
    });
  });
  first_layer_.mark_changed();
}

template <class T>
std::size_t ImagePlan<T>::train_sparse(std::span<const std::int32_t> order,
                                       const BatchObserver<T>& observe) {
  first_layer_.pack();
  const std::size_t done = step_.train(
      samples_, order, batch_size_, [this] { first_layer_.forward(step_.rows(), step_.z_of(0)); },
      [this] { update_weights(); }, observe, [](T loss) { return std::isfinite(loss); });
  first_layer_.unpack();
  return done;
}

template <class T>
void ImagePlan<T>::train_epoch(std::span<const std::int32_t> order,
                               const BatchObserver<T>& observe) {
  const std::size_t done = dense_plan_ ? 0 : train_sparse(order, observe);
  if (done == order.size()) return;
  if (!dense_plan_) switch_to_dense();
  dense_plan_->train_epoch(order.subspan(done), observe);
}

template class ImagePlan<float>;
template class ImagePlan<double>;

}  // namespace reprise
