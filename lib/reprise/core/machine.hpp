// What identifies a machine: its processor, its caches and how many processors it has.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace reprise {

// The model's name is not enough: of two hosts that both called themselves "AMD EPYC", one was 2.2
// times as fast as the other. What changes while a machine stays the same is left out: clock rates,
// bogomips, microcode, kernel and host name. What Linux does not tell is "unknown" or 0, never
// guessed.
struct Machine {
  std::string vendor = "unknown";  // "AuthenticAMD"; "ARM" for its processors, whoever makes them
  std::string name = "unknown";    // of the model: "AMD EPYC"
  // In hexadecimal, as the vendors' documents name processors: family 19, model 01, stepping 1. For
  // ARM the implementer, the part and the revision: 41, d0c, r3p1.
  std::string family = "unknown", model = "unknown", stepping = "unknown";
  // All that are online. A container or a user who restricts a process to some of them does not
  // make another machine of it; whoever switches processors off does.
  int processors = 0;
  std::size_t l1d_bytes = 0, l2_bytes = 0, l3_bytes = 0;  // that the first processor uses
};

// The text of Linux's /proc/cpuinfo, "" if it cannot be read.
std::string cpuinfo_text(const std::filesystem::path& file = "/proc/cpuinfo");

// The first value of `key` in such a text, "unknown" if there is none.
std::string cpuinfo_value(std::string_view cpuinfo, std::string_view key);

// Describes the machine with that /proc/cpuinfo and that folder of processors.
Machine machine_from(std::string_view cpuinfo,
                     const std::filesystem::path& folder = "/sys/devices/system/cpu");

// A name of the machine for people and folders, of small letters, digits, dots and dashes:
// "amd-epyc-19.01.1-2cpu-l1.32k-l2.512k-l3.32m-avx2". A long model's name is cut between words, and
// parts that are unknown are left out. `isa`: the best instruction set of the kernels there.
std::string id_of(const Machine& machine, std::string_view isa);

}  // namespace reprise
