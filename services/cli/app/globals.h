#pragma once

#include <chrono>
#include <string>

namespace muster::cli {

/// The options that every command takes.
struct Globals {
  std::string data_dir = "var";  ///< where musterd keeps its data: the socket and the keys are found there
  std::string url;               ///< a gateway elsewhere; empty: the socket of this host
  std::string identity;          ///< whose key is used: a file of <data_dir>/tokens; empty: the command's own choice
  std::string token_file;        ///< a file that holds a key, instead of an identity
  std::string language;          ///< zh or en; read before parsing, by DetectLanguage
  std::string request_id;        ///< the request_id of the change, to repeat one safely; empty: a new one
  std::chrono::seconds timeout{10};
  bool json = false;
  bool quiet = false;
  bool no_color = false;
  bool yes = false;  ///< answers questions with yes
};

}  // namespace muster::cli
