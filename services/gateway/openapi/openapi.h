#pragma once

#include <string>

#include "services/gateway/connect/service_directory.h"

namespace muster::gateway {

/// An OpenAPI 3.1 document of every method in the directory and of the gateway's own paths, made from the descriptors.
std::string MakeOpenApi(const ServiceDirectory& directory);

}  // namespace muster::gateway
