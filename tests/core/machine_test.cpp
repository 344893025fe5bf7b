// The identity of a machine, from made texts in the form of Linux's /proc/cpuinfo and from made
// folders in the form of /sys.
#include "reprise/core/machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "reprise/core/processors.hpp"
#include "tests/support/scratch.hpp"

namespace reprise {
namespace {

namespace fs = std::filesystem;

struct Values {
  std::string vendor = "AuthenticAMD", family = "25", model = "1", name = "AMD EPYC";
  std::string stepping = "1", microcode = "0x1000065", clock = "2445.406", bogomips = "4890.81";
};

// Two processors, with the lines that could be mistaken for others.
std::string cpuinfo(const Values& values) {
  std::string text;
  for (const char* processor : {"0", "1"}) {
    text += "processor\t: " + std::string(processor) + "\nvendor_id\t: " + values.vendor +
            "\ncpu family\t: " + values.family + "\nmodel\t\t: " + values.model +
            "\nmodel name\t: " + values.name + "\nstepping\t: " + values.stepping +
            "\nmicrocode\t: " + values.microcode + "\ncpu MHz\t\t: " + values.clock +
            "\ncache size\t: 512 KB\nflags\t\t: fpu avx2 fma\nbogomips\t: " + values.bogomips +
            "\npower management:\n\n";
  }
  return text;
}

const std::string kArm =
    "processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\n"
    "CPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\nCPU revision\t: 1\n\n";

void add_cache(const fs::path& folder, const std::string& entry, const std::string& level,
               const std::string& size) {
  const auto place = folder / "cpu0" / "cache" / entry;
  fs::create_directories(place);
  std::ofstream(place / "level") << level << '\n';
  std::ofstream(place / "type") << (level == "1" ? "Data" : "Unified") << '\n';
  std::ofstream(place / "size") << size << '\n';
}

// A folder like /sys/devices/system/cpu.
void fill(const fs::path& folder, const std::string& online, const std::string& l3) {
  std::ofstream(folder / "online") << online << '\n';
  add_cache(folder, "index0", "1", "32K");
  add_cache(folder, "index2", "2", "512K");
  add_cache(folder, "index3", "3", l3);
}

class MachineId : public ::testing::Test {
 protected:
  MachineId() { fill(sys_.path(), "0-1", "32768K"); }
  std::string id_of_text(const std::string& text, const std::string& isa) {
    return id_of(machine_from(text, sys_.path()), isa);
  }
  std::string id(const Values& values) { return id_of_text(cpuinfo(values), "avx2"); }

  testing::Scratch sys_;
  testing::Scratch nothing_;
};

TEST_F(MachineId, NamesEveryPart) {
  const Machine machine = machine_from(cpuinfo({}), sys_.path());
  EXPECT_EQ(machine.vendor, "AuthenticAMD");
  EXPECT_EQ(machine.name, "AMD EPYC");
  EXPECT_EQ(machine.family + " " + machine.model + " " + machine.stepping, "19 01 1");
  EXPECT_EQ(machine.processors, 2);
  EXPECT_EQ(machine.l3_bytes, std::size_t{32} << 20);
  EXPECT_EQ(id_of(machine, "avx2"), "amd-epyc-19.01.1-2cpu-l1.32k-l2.512k-l3.32m-avx2");
}

// Hypervisors give different processors one name.
TEST_F(MachineId, TellsProcessorsOfOneNameApart) {
  const std::string right = id(Values{});
  EXPECT_NE(id({.model = "17"}), right);
  EXPECT_NE(id({.family = "26"}), right);
  EXPECT_NE(id({.stepping = "2"}), right);
  EXPECT_NE(id_of_text(cpuinfo({}), "avx512"), right);
  fill(sys_.path(), "0-1", "16384K");
  EXPECT_NE(id(Values{}), right);
  fill(sys_.path(), "0-3", "32768K");
  EXPECT_NE(id(Values{}), right);
}

TEST_F(MachineId, IgnoresWhatChangesOnOneMachine) {
  EXPECT_EQ(id({.microcode = "0x2", .clock = "3000.000", .bogomips = "6000.00"}), id(Values{}));
}

// The folder of processors is the machine's also in a container.
TEST_F(MachineId, IgnoresARestrictedProcess) {
  const Machine machine = machine_from(cpuinfo({}), "/sys/devices/system/cpu");
  EXPECT_GE(machine.processors, static_cast<int>(allowed_processors().size()));
}

TEST_F(MachineId, ShortensTheNameOfTheModel) {
  const auto intel = [&](const std::string& name) {
    return id({.vendor = "GenuineIntel", .family = "6", .model = "143", .name = name});
  };
  const std::string rest = "-06.8f.1-2cpu-l1.32k-l2.512k-l3.32m-avx2";
  EXPECT_EQ(intel("Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz"),
            "intel-xeon-platinum-8481c" + rest);
  EXPECT_EQ(intel("12th Gen Intel(R) Core(TM) i7-1280P"), "12th-gen-intel-core-i7-1280p" + rest);
  EXPECT_EQ(intel("QEMU Virtual CPU version 2.5+"), "intel-qemu-virtual-version-2-5" + rest);
  EXPECT_EQ(intel("Intel Xeon Processor of a family with a long name"),
            "intel-xeon-of-a-family-with-a" + rest);
  EXPECT_EQ(intel("../\xc3\xa4/.."), "intel" + rest);
  EXPECT_EQ(intel(std::string(99, 'x')), "intel" + rest);
}

TEST_F(MachineId, OfArmNamesImplementerPartAndRevision) {
  EXPECT_EQ(id_of_text(kArm, "baseline"), "arm-41.d0c.r3p1-2cpu-l1.32k-l2.512k-l3.32m-baseline");
  EXPECT_EQ(id_of(machine_from(kArm, nothing_.path()), "baseline"),
            "arm-41.d0c.r3p1-1cpu-baseline");
}

TEST_F(MachineId, LeavesOutWhatLinuxDoesNotTell) {
  EXPECT_EQ(id_of(machine_from("", nothing_.path()), "avx2"), "unknown-avx2");
  EXPECT_EQ(id_of(machine_from(cpuinfo({}), nothing_.path()), "avx2"),
            "amd-epyc-19.01.1-2cpu-avx2");
  EXPECT_EQ(id({.name = "", .stepping = "unknown"}),
            "amd-19.01.unknown-2cpu-l1.32k-l2.512k-l3.32m-avx2");
  EXPECT_THAT(id({.vendor = "?", .name = "?"}), ::testing::StartsWith("unknown-19.01.1-"));
  for (const char* text : {"\n", ":", "model name", "model name:", ": : :\n", "cpu family : 25x",
                           "cpu family : -1", "cpu family : 99999999999"}) {
    EXPECT_EQ(id_of(machine_from(text, nothing_.path()), "avx2"), "unknown-avx2") << text;
  }
  EXPECT_EQ(cpuinfo_text(nothing_.path() / "cpuinfo"), "");
  EXPECT_EQ(cpuinfo_text(nothing_.path()), "");
}

TEST_F(MachineId, OfThisMachineIsThatOfAFolder) {
  const std::string own = id_of(machine_from(cpuinfo_text()), "avx2");
  EXPECT_THAT(own, ::testing::MatchesRegex("[a-z0-9][a-z0-9.-]*-avx2"));
  EXPECT_EQ(id_of(machine_from(cpuinfo_text()), "avx2"), own);
}

TEST(CountListed, CountsTheProcessorsOfAList) {
  EXPECT_EQ(count_listed("0-3,8"), 5);
  EXPECT_EQ(count_listed("0\n"), 1);
  EXPECT_EQ(count_listed(""), 0);
  EXPECT_EQ(count_listed("none"), 0);
}

}  // namespace
}  // namespace reprise
