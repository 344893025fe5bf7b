#include "bench/harness/layer_job.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "reprise/core/named.hpp"
#include "reprise/kernels/rules/optimizer.hpp"

namespace reprise::bench {

namespace {

template <class T>
void take_magnitudes(Matrix<T>& matrix) {
  for (T& value : matrix.view().flat()) value = std::abs(value);
}

template <class T>
Matrix<T> dense_samples(const TrainingSet& set) {
  if (set.dense_x.rows() > 0) return converted<T, float>(set.dense_x);
  Matrix<T> x(set.sparse_x.rows(), set.sparse_x.cols());
  for (std::size_t i = 0; i < x.rows(); ++i) {
    for (const std::int32_t column : set.sparse_x.view().row(i)) {
      x(i, static_cast<std::size_t>(column)) = T(1);
    }
  }
  return x;
}

template <class T>
class LayerJob final : public Job<T> {
 public:
  LayerJob(SampleStore& store, const LayerCase& layer, LayerPart part, bool sparse, bool magnitudes)
      : layer_(layer), part_(part), sparse_(sparse), magnitudes_(magnitudes) {
    take_samples(store);
    const T scale = std::sqrt(T(6) / static_cast<T>(layer.inputs + layer.units));
    parameters_ = random_values<T>(layer.inputs + 1, layer.units, 2);
    for (T& value : parameters_.view().flat()) value *= scale;
    dz_ = random_values<T>(layer.batch, layer.units, 3);
    if (magnitudes) {
      take_magnitudes(x_);
      take_magnitudes(parameters_);
      take_magnitudes(dz_);
    }
    z_ = Matrix<T>(layer.batch, layer.units);
    if (needs_dx()) dx_ = Matrix<T>(layer.batch, layer.inputs);
    if (part == LayerPart::backward_weights || part == LayerPart::step) {
      dkernel_ = Matrix<T>(layer.inputs, layer.units);
      dbias_ = Matrix<T>(1, layer.units);
    }
  }

  void run(Backend<T>& backend) override {
    if (part_ == LayerPart::fused) return predict(backend);
    if (part_ == LayerPart::forward || part_ == LayerPart::step) forward(backend);
    if (needs_dx()) backend.dense_backward_data(dz_, kernel(), dx_.view());
    if (part_ == LayerPart::backward_weights || part_ == LayerPart::step) {
      if (sparse_) {
        backend.csr_backward_weights(batch(), dz_, dkernel_.view(), dbias_.view().flat());
      } else {
        backend.dense_backward_weights(x_, dz_, dkernel_.view(), dbias_.view().flat());
      }
    }
  }

  Work work() const override {
    const double b = static_cast<double>(layer_.batch), i = static_cast<double>(layer_.inputs),
                 u = static_cast<double>(layer_.units);
    const double product = sparse_ ? nonzeros_ * u : 2 * b * i * u;
    const double x = sparse_ ? 4 * nonzeros_ : b * i * sizeof(T);
    const double read_kernel = (sparse_ ? used_columns_ : i) * u * sizeof(T);
    const double kernel = i * u * sizeof(T), y = b * u * sizeof(T), dx = b * i * sizeof(T);
    const std::size_t terms = std::max({layer_.inputs, layer_.units, layer_.batch}) + 1;
    switch (part_) {
      case LayerPart::forward:
      case LayerPart::fused: return {product, x + read_kernel + y, terms};
      case LayerPart::backward_data: return {product, y + kernel + dx, terms};
      case LayerPart::backward_weights: return {product, x + y + kernel, terms};
      case LayerPart::step: break;
    }
    const double backward_data = needs_dx() ? y + kernel + dx : 0;
    return {(needs_dx() ? 3 : 2) * product, x + read_kernel + y + backward_data + x + y + kernel,
            terms};
  }

  std::vector<std::span<const T>> outputs() const override {
    std::vector<std::span<const T>> all;
    for (const Matrix<T>* matrix : {&z_, &dx_, &dkernel_, &dbias_}) {
      if (matrix->rows() > 0) all.push_back(matrix->view().flat());
    }
    return all;
  }

  Memory memory() const override {
    Memory all{std::as_bytes(std::span(rows_))};
    for (const Matrix<T>* matrix : {&x_, &parameters_, &dz_, &z_, &dx_, &dkernel_, &dbias_}) {
      add_memory(all, *matrix);
    }
    add_memory(all, csr_.view());
    return all;
  }

 private:
  bool needs_dx() const {
    return part_ == LayerPart::backward_data || (part_ == LayerPart::step && !layer_.first());
  }
  MatrixView<const T> kernel() const { return parameters_.slice(0, layer_.inputs); }
  std::span<const T> bias() const { return parameters_.view().row(layer_.inputs); }
  CsrBatch batch() const { return {csr_, rows_}; }

  void take_samples(SampleStore& store) {
    if (!layer_.first()) {
      x_ = random_values<T>(layer_.batch, layer_.inputs, 1, true);
      return;
    }
    TrainingSet set = store.batch(layer_.samples, layer_.batch);
    if (!sparse_) {
      x_ = dense_samples<T>(set);
      return;
    }
    csr_ = std::move(set.sparse_x);
    rows_.resize(layer_.batch);
    std::iota(rows_.begin(), rows_.end(), 0);
    std::set<std::int32_t> columns;
    for (std::size_t i = 0; i < csr_.rows(); ++i) {
      const auto row = csr_.view().row(i);
      columns.insert(row.begin(), row.end());
      nonzeros_ += static_cast<double>(row.size());
    }
    used_columns_ = static_cast<double>(columns.size());
  }

  void forward(Backend<T>& backend) {
    if (sparse_) {
      backend.csr_forward(batch(), kernel(), bias(), z_.view());
    } else {
      backend.dense_forward(x_, kernel(), bias(), z_.view());
    }
  }

  // Predicts with a network of only this layer, for which the backend makes a plan that may be
  // fused.
  void predict(Backend<T>& backend) {
    if (planned_for_ != &backend) {
      NetworkDescription<T> network;
      const std::span<T> variables = parameters_.view().flat();
      const std::size_t weights = layer_.inputs * layer_.units;
      const Activation activation = magnitudes_ ? Activation(linear) : layer_.activation;
      network.layers = {DenseDescription<T>{{variables.data(), layer_.inputs, layer_.units},
                                            variables.subspan(weights),
                                            activation,
                                            {}}};
      network.variables = variables;
      slots_ = Matrix<T>(1, variables.size());
      network.slots = slots_.view().flat();
      network.state = &state_;
      network.loss = MeanSquaredError{};
      network.optimizer = RMSprop{};
      plan_ = backend.make_plan(network, {inputs(), dz_, {}}, layer_.batch);
      planned_for_ = &backend;
    }
    plan_->predict(inputs(), layer_.batch, z_.view());
    if (magnitudes_ && name_of(layer_.activation) == "softmax") spread_over_rows();
  }
  Inputs<T> inputs() const {
    if (sparse_) return csr_.view();
    return x_.view();
  }
  // If all inputs of a softmax change by at most d, each output changes by at most 2 d.
  void spread_over_rows() {
    for (std::size_t i = 0; i < z_.rows(); ++i) {
      const auto row = z_.view().row(i);
      std::ranges::fill(row, 2 * *std::ranges::max_element(row));
    }
  }

  LayerCase layer_;
  LayerPart part_;
  bool sparse_, magnitudes_;
  double nonzeros_ = 0, used_columns_ = 0;
  Csr csr_;
  std::vector<std::int32_t> rows_;
  Matrix<T> x_, parameters_, dz_, z_, dx_, dkernel_, dbias_, slots_;
  TrainingState state_;
  std::unique_ptr<Plan<T>> plan_;
  Backend<T>* planned_for_ = nullptr;
};

}  // namespace

template <class T>
std::unique_ptr<Job<T>> make_layer_job(SampleStore& store, const LayerCase& layer, LayerPart part,
                                       bool sparse, bool magnitudes) {
  return std::make_unique<LayerJob<T>>(store, layer, part, sparse, magnitudes);
}

template std::unique_ptr<Job<float>> make_layer_job(SampleStore&, const LayerCase&, LayerPart, bool,
                                                    bool);
template std::unique_ptr<Job<double>> make_layer_job(SampleStore&, const LayerCase&, LayerPart,
                                                     bool, bool);

}  // namespace reprise::bench
