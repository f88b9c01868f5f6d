#include "muster/server/run.h"
#include "services/matching/module.h"

int main(int argc, char** argv) {
  return muster::server::Run(argc, argv, "muster-matching", {{"matching", muster::matching::AddTo}});
}
