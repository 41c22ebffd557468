// SURT keys, by which archives sort and look up URLs: the same keys as pywb's, that is
// as the Internet Archive's canonicalisation gives them.
#pragma once

#include <string>
#include <string_view>

namespace offprint {

/// "https://www.Example.com:443/a?b=2&a=1" → "com,example)/a?a=1&b=2". Never fails:
/// what is no URL is keyed as text.
std::string surt_key(std::string_view url);

}  // namespace offprint
