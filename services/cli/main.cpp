#include "services/cli/app/application.h"

int main(int argc, char** argv) { return muster::cli::RunApplication(argc, argv); }
