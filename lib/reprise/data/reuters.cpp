#include "reprise/data/reuters.hpp"

#include "reprise/core/stopwatch.hpp"
#include "reprise/data/split.hpp"
#include "reprise/data/standin.hpp"
#include "reprise/random/numpy_random.hpp"

namespace reprise::reuters {

namespace {

Newswires read(const DataSource& source) {
  if (source.origin == Origin::standin) return standin::reuters();
  return texts::read_npz(source.path, "");
}

Newswires slice(const Newswires& all, std::size_t first, std::size_t last) {
  Newswires part;
  for (std::size_t i = first; i < last; ++i) {
    part.sequences.push_back(all.sequences[i]);
    part.labels.push_back(all.labels[i]);
  }
  return part;
}

}  // namespace

Dataset load_data(const DataSource& source, const LoadOptions& options, double test_split) {
  NumpyRandom random(options.seed);
  return load_data(source, random, options, test_split);
}

Dataset load_data(const DataSource& source, NumpyRandom& random, const LoadOptions& options,
                  double test_split) {
  Stopwatch watch;
  const Newswires raw = read(source);
  source.times->read = watch.seconds();
  watch = {};
  Newswires all = texts::arrange(raw, random, options, texts::name_of(source));
  if (options.num_words.value_or(0) == 0) {  // Keras treats 0 like None
    all.sequences =
        texts::limit_vocabulary(all.sequences, texts::largest_index(all.sequences), options);
  }

  const std::size_t end = train_count(all.labels.size(), test_split);
  Dataset data{slice(all, 0, end), slice(all, end, all.labels.size())};
  source.times->arrange = watch.seconds();
  return data;
}

const std::array<std::string_view, kClasses>& get_label_names() {
  static constexpr std::array<std::string_view, kClasses> names{
      "cocoa",        "grain",   "veg-oil",   "earn",
      "acq",          "wheat",   "copper",    "housing",
      "money-supply", "coffee",  "sugar",     "trade",
      "reserves",     "ship",    "cotton",    "carcass",
      "crude",        "nat-gas", "cpi",       "money-fx",
      "interest",     "gnp",     "meal-feed", "alum",
      "oilseed",      "gold",    "tin",       "strategic-metal",
      "livestock",    "retail",  "ipi",       "iron-steel",
      "rubber",       "heat",    "jobs",      "lei",
      "bop",          "zinc",    "orange",    "pet-chem",
      "dlr",          "gas",     "silver",    "wpi",
      "hog",          "lead"};
  return names;
}

}  // namespace reprise::reuters
