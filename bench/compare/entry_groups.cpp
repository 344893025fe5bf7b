#include "bench/compare/entry_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "reprise/core/error.hpp"

namespace reprise::compare {

namespace {

// A group while entries are added.
struct Open {
  EntryGroup group{};
  std::set<std::int64_t> repetitions{};  // the indices that it has
  std::set<std::string> statistics{};
  std::size_t last = 0;   // the position in the file of its last entry
  std::size_t plain = 0;  // entries of repetitions without an index
};

class Grouping {
 public:
  Grouping(std::optional<int> asked_repetitions, const std::string& file)
      : asked_(asked_repetitions), file_(file) {}

  void add(Entry entry) {
    ++position_;
    Open& open = entry.family ? of_family(entry) : by_order(entry);
    if (!entry.statistic.empty()) {
      open.statistics.insert(entry.statistic);
    } else if (entry.repetition) {
      if (!open.repetitions.insert(*entry.repetition).second) {
        refuse(entry.name, fmt::format("found repetition {} of one family twice, expected the "
                                       "result of a single run",
                                       *entry.repetition));
      }
    } else {
      ++open.plain;
    }
    open.last = position_;
    open.group.entries.push_back(std::move(entry));
  }

  std::vector<EntryGroup> groups() {
    std::vector<EntryGroup> all;
    for (Open& open : all_) {
      for (EntryGroup& group : split(std::move(open))) all.push_back(std::move(group));
    }
    return all;
  }

 private:
  [[noreturn]] void refuse(const std::string& name, const std::string& what) const {
    throw Error(fmt::format("{}: benchmark '{}': {}", file_, printable(name), what));
  }

  Open& open_new(const Entry& entry) {
    all_.push_back({});
    all_.back().group.name = entry.name;
    return all_.back();
  }

  Open& of_family(const Entry& entry) {
    const auto key = fmt::format("{}/{}/{}", *entry.family, entry.instance.value_or(0), entry.name);
    const auto [found, is_new] = families_.try_emplace(key, all_.size());
    return is_new ? open_new(entry) : all_[found->second];
  }

  // Versions that write no family write the repetitions of a benchmark one after the other, then
  // its statistics.
  Open& by_order(const Entry& entry) {
    const auto [found, is_new] = latest_.try_emplace(entry.name, all_.size());
    if (is_new) return open_new(entry);
    const Open& open = all_[found->second];
    const bool continues = !entry.statistic.empty()   ? !open.statistics.contains(entry.statistic)
                           : !open.statistics.empty() ? false
                           : entry.repetition ? !open.repetitions.contains(*entry.repetition)
                                              : open.last + 1 == position_;
    if (continues) return all_[found->second];
    if (entry.repetition.value_or(0) != 0) refuse_unclear(entry.name);
    found->second = all_.size();
    return open_new(entry);
  }

  [[noreturn]] void refuse_unclear(const std::string& name) const {
    refuse(name,
           "found several entries without family_index that may be its repetitions or other "
           "benchmarks of this name, expected repetition_index 0, 1, ... in each");
  }

  // Several entries without any index and without statistics, which every version writes for
  // repetitions, are as many benchmarks as the number of repetitions that was asked for tells.
  std::vector<EntryGroup> split(Open open) const {
    std::vector<EntryGroup> parts;
    const auto count = open.group.entries.size();
    const bool clear =
        open.plain < 2 || open.plain != count || open.group.entries.front().family.has_value();
    if (clear) {
      parts.push_back(std::move(open.group));
      return parts;
    }
    const auto size = static_cast<std::size_t>(asked_.value_or(0));
    if (size == 0 || count % size != 0) refuse_unclear(open.group.name);
    for (std::size_t i = 0; i < count; ++i) {
      if (i % size == 0) parts.push_back({open.group.name, {}});
      parts.back().entries.push_back(std::move(open.group.entries[i]));
    }
    return parts;
  }

  std::optional<int> asked_;
  const std::string& file_;
  std::size_t position_ = 0;
  std::vector<Open> all_;
  std::unordered_map<std::string, std::size_t> families_, latest_;
};

// Puts the groups of each name, at the places that they have, in the order of their families.
void order_families(std::vector<EntryGroup>& groups) {
  std::unordered_map<std::string, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < groups.size(); ++i) places[groups[i].name].push_back(i);
  for (const auto& [name, at] : places) {
    if (at.size() == 1) continue;
    std::vector<EntryGroup> same;
    for (const std::size_t i : at) same.push_back(std::move(groups[i]));
    std::ranges::stable_sort(same, {}, [](const EntryGroup& group) {
      return std::pair(group.entries.front().family, group.entries.front().instance);
    });
    for (std::size_t i = 0; i < at.size(); ++i) groups[at[i]] = std::move(same[i]);
  }
}

}  // namespace

std::vector<EntryGroup> group_entries(std::vector<Entry> entries,
                                      std::optional<int> asked_repetitions,
                                      const std::string& file) {
  Grouping grouping(asked_repetitions, file);
  for (Entry& entry : entries) grouping.add(std::move(entry));
  auto groups = grouping.groups();
  order_families(groups);
  return groups;
}

}  // namespace reprise::compare
