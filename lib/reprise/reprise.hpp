// All public headers: dense networks that train exactly as Keras does, Keras's datasets, and the
// progress and plots of a run. A program that trains on arrays of its own needs only
// "reprise/nn/sequential.hpp".
#pragma once

#include "reprise/core/csr.hpp"
#include "reprise/core/error.hpp"
#include "reprise/core/matrix.hpp"
#include "reprise/data/boston_housing.hpp"
#include "reprise/data/cache.hpp"
#include "reprise/data/california_housing.hpp"
#include "reprise/data/imdb.hpp"
#include "reprise/data/mnist.hpp"
#include "reprise/data/normalize.hpp"
#include "reprise/data/reuters.hpp"
#include "reprise/data/split.hpp"
#include "reprise/data/vectorize.hpp"
#include "reprise/nn/activations.hpp"
#include "reprise/nn/arrays.hpp"
#include "reprise/nn/callback.hpp"
#include "reprise/nn/early_stopping.hpp"
#include "reprise/nn/history.hpp"
#include "reprise/nn/initializers.hpp"
#include "reprise/nn/layers.hpp"
#include "reprise/nn/runtime.hpp"
#include "reprise/nn/sequential.hpp"
#include "reprise/record/download_bar.hpp"
#include "reprise/record/plot.hpp"
#include "reprise/record/progress.hpp"
