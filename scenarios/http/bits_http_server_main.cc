// bits_http_server: the tests' HTTP server as a program, to try a transfer against.

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>

#include "scenarios/http/http_routes.h"
#include "scenarios/http/http_server.h"

namespace {

// The server has nothing but sockets, and those the system closes.
extern "C" void EndNow(int) { std::_Exit(0); }

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Serves made-up files over HTTP on this machine, prints the address, and ends when stdin closes, or on\n"
      "SIGINT or SIGTERM. The bytes are the same in every run; all resources of one size have the same ones,\n"
      "so a download can be checked against another one: curl -s URL | sha256sum",
      "bits_http_server");
  std::uint16_t port = 0;
  app.add_option("--port", port, "The TCP port of 127.0.0.1; 0 is any free one")->capture_default_str();
  app.footer("Resources:\n" + bits::testing::DescribeRoutes() +
             "\nExit codes: 0 ended, 2 wrong usage, 3 the port cannot be had.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }

  std::signal(SIGINT, EndNow);
  std::signal(SIGTERM, EndNow);
  try {
    const bits::testing::HttpServer server(port, bits::testing::ResourceAt);
    std::cout << server.Url("/") << std::endl;
    while (std::cin.get() != std::istream::traits_type::eof()) {
    }
  } catch (const std::system_error& error) {
    std::cerr << "bits_http_server: cannot listen at port " << port << ": " << error.what()
              << ". Choose another with --port, or leave it out\n";
    return 3;
  }
  return 0;
}
