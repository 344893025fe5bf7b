// Writes the stand-in of california_housing.npz in the form of Keras's file:
//   standin_file FILE
#include <iostream>

#include "reprise/core/error.hpp"
#include "reprise/data/npz_writer.hpp"
#include "reprise/data/standin.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "standin_file: expected FILE\n";
    return 2;
  }
  try {
    const auto districts = reprise::standin::california_housing();
    reprise::NpzWriter writer(argv[1]);
    writer.add("x", districts.x.view().flat(), {districts.x.rows(), districts.x.cols()});
    writer.add("y", districts.y.view().flat(), {districts.y.rows()});
    writer.finish();
  } catch (const reprise::Error& error) {
    std::cerr << "standin_file: " << error.what() << '\n';
    return 2;
  }
  return 0;
}
