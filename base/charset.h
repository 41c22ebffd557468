// Character encodings: finding out a page's encoding and turning its bytes into UTF-8
// (Encoding Standard; HTML 13.2.3.2 for the sniffing).
#pragma once

#include <string>
#include <string_view>

namespace offprint {

/// Name of the encoding that a label stands for (Encoding Standard 4.2), or "".
std::string_view encoding_for_label(std::string_view label);

/// Encoding that a byte order mark declares, or "".
std::string_view encoding_from_bom(std::string_view bytes);

/// Encoding that a <meta> in the page declares, or "". `limit` bytes are looked at; the
/// standard's browsers stop at 1024, real pages declare later.
std::string_view encoding_from_meta(std::string_view html, std::size_t limit = 16384);

/// Guess from the bytes: UTF-8 where they are valid, else by statistics; "" when there is
/// nothing to tell from.
std::string detect_encoding(std::string_view bytes);

/// The whole order: BOM, `header_charset` (of Content-Type), meta, detection, windows-1252.
std::string sniff_html_encoding(std::string_view html, std::string_view header_charset);

struct Decoded {
  std::string text;       ///< Valid UTF-8.
  std::string encoding;   ///< Name that was used.
  bool replaced = false;  ///< True if something could not be decoded and is U+FFFD now.
};

/// Decodes by encoding name; an unknown name is read as windows-1252. A BOM is taken off.
Decoded decode(std::string_view bytes, std::string_view encoding);

/// Value of a parameter of a Content-Type header ("charset"), unquoted, or "".
std::string content_type_parameter(std::string_view content_type, std::string_view name);

}  // namespace offprint
