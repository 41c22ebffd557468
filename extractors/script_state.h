// Pages that a script draws in the browser carry their article as a string of markup inside
// the script's state (Next.js, Nuxt, React Query). This finds it when the page itself is empty.
#pragma once

#include <string>
#include <string_view>

namespace offprint {

/// The longest piece of article-like markup in a JSON string of the page's scripts,
/// unescaped; "" if there is none. `html` is the page before scripts were taken out.
std::string markup_in_scripts(std::string_view html);

/// The first publication date that a script's state gives ("datePublished":"…",
/// "publishedAt":…), as it is written there; "" without one.
std::string date_in_scripts(std::string_view html);

}  // namespace offprint
