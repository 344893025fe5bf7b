// The record of a run. The JSON form is described by results/schema/run-2.json; its part from
// `initial_kernels` to `final_sums` has exactly the shape of the Keras runs under results/keras.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reprise/nn/history.hpp"

namespace reprise {

struct DataRecord {
  std::string file;       // name only
  std::string sha256;     // "" for stand-in data
  bool standin = false;   // generated data, not the book's
  bool verified = true;   // the checksum is the one that Keras expects
  std::string note = {};  // shown to readers of the record
};

struct KernelRecord {
  std::vector<std::size_t> shape;
  std::string crc32;  // CRC-32 of the values as float32, row-major, little-endian
  bool operator==(const KernelRecord&) const = default;
};

struct SumRecord {
  double sum_abs = 0;
  double sum_sq = 0;
  bool operator==(const SumRecord&) const = default;
};

// The steps of loading, in seconds: LoadTimes, then vectorizing in the listing.
struct LoadRecord {
  double verify = 0, read = 0, arrange = 0, vectorize = 0;
};

// What training computed. Our runs, the stored runs of Keras and the logs of the book share it.
// Lists have one entry per fit, permutations one per draw. NaN stands for a number that JSON cannot
// hold (null): NaN or infinity in a run, a number that is not printed in a log of the book.
struct RunResults {
  std::vector<std::vector<KernelRecord>> initial_kernels;
  std::vector<std::string> permutations;  // CRC-32 of the int32 bytes, discarded draws included
  std::vector<History> history;
  std::vector<std::vector<double>> evaluate;        // [loss, metrics...]
  std::map<std::string, double> results;            // single quantities of the listing: "mean_mae"
  std::optional<std::vector<double>> predict_head;  // first output of the first 16 test rows
  std::vector<std::vector<SumRecord>> final_sums;   // W1, b1, W2, ...
  std::vector<std::string> weights_crc32;  // CRC-32 of all variables' bytes, in Keras's order

  // The number of epochs of the first fit; 0 if nothing was trained.
  std::size_t epochs_done() const {
    return history.empty() ? 0 : history.front().begin()->second.size();
  }
};

// The epoch, from 1, in which training diverged: the first one in which a loss or metric of any fit
// is not finite. If only an evaluation is not finite, the last epoch. Nothing if all are finite.
std::optional<std::size_t> diverged_in_epoch(const RunResults& results);

// One run of one experiment.
struct RunRecord : RunResults {
  std::string experiment;
  int edition = 1;  // 1 to 3
  std::uint32_t seed = 0;
  std::string semantics, optimizer, loss, activation;
  int epochs = 0;  // 0: nothing is trained
  std::size_t batch_size = 0;
  // All settings as a JSON object: {"units": [16, 16], "kernel_regularizer": null, ...}. It repeats
  // some of the fields above. The settings, the data and `arithmetic` determine the result. A
  // pointer, so that this header does not include the JSON library; null is an empty object.
  std::shared_ptr<const nlohmann::json> settings;
  // What a reader changed of the book's settings, for people: "units 64-64 instead of 16-16".
  std::vector<std::string> changed = {};
  std::string dtype, backend;
  std::string library;  // that the backend calls (library_of in kernels/list.hpp), or ""
  int arithmetic = 0;   // version of the backend's bits (kernels/list.hpp)
  int threads = 1;
  // Instruction set of the kernels; written once, in the environment that all runs share.
  std::string isa;
  std::optional<std::uint64_t> reorders;  // sum of Backend::reorders over all fits
  DataRecord data;

  double load_seconds = 0;               // reading, shuffling and vectorising the data
  double fit_seconds = 0;                // all fits, validation included
  double evaluate_seconds = 0;           // all evaluations
  double run_seconds = 0;                // all of these, predictions, output and plots
  std::optional<LoadRecord> load_steps;  // only in the run that loaded the data
};

nlohmann::json to_json(const DataRecord& data);
nlohmann::json to_json(const RunRecord& run);

// Everything that determines a run's numbers, as one string: experiment, edition, seed, semantics,
// settings, dtype, backend and its library, version of the arithmetic and data. The number of
// threads is included only if the backend's bits depend on it.
std::string key_of(const RunRecord& run);

// The whole document: schema, environment, peak memory of this process, runs.
nlohmann::json record_document(const std::string& program, const std::vector<RunRecord>& runs);

}  // namespace reprise
