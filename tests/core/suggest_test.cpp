#include "reprise/core/suggest.hpp"

#include <gtest/gtest.h>

namespace reprise {
namespace {

const std::vector<std::string> kNames{"rmsprop", "sgd", "adam", "adamax", "--epochs"};

TEST(DidYouMean, FindsTheNearestName) {
  for (const auto& [found, meant] : std::vector<std::pair<std::string, std::string>>{
           {"rmsprob", "rmsprop"},
           {"rmspro", "rmsprop"},
           {"rmspropp", "rmsprop"},
           {"rsmprop", "rmsprop"},  // transposed
           {"RMSprop", "rmsprop"},
           {"adma", "adam"},
           {"adamx", "adam"},  // as near as adamax, and earlier in the list
           {"sdg", "sgd"},
           {"--epoch", "--epochs"}}) {
    EXPECT_EQ(did_you_mean(found, kNames), "; did you mean '" + meant + "'?") << found;
  }
}

TEST(UnknownName, ListsAllKnownNamesInOneLine) {
  EXPECT_EQ(unknown_name("opnmp", {"openmp", "reference"}),
            "found 'opnmp', expected one of: openmp, reference; did you mean 'openmp'?");
  EXPECT_EQ(unknown_name("x\ny", {"a"}), "found 'x?y', expected one of: a");
}

TEST(DidYouMean, IsEmptyWhenNoNameIsNear) {
  for (const char* found : {"", "x", "cuda", "momentum", "--threads"}) {
    EXPECT_EQ(did_you_mean(found, kNames), "") << found;
  }
  EXPECT_EQ(did_you_mean(std::string(1 << 20, 'r'), kNames), "");
  EXPECT_EQ(did_you_mean("sgd", {}), "");
}

}  // namespace
}  // namespace reprise
