// The anonymous signature of a WACZ file (WACZ Signing and Verification 0.1.0, section "Anonymous Signature"):
// ECDSA over P-384 with SHA-256, of the text of the datapackage's hash.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"

namespace offprint {

/// A private key, held in memory.
class SigningKey {
 public:
  /// Of a PEM file; one that is not there is made (mode 0600). An empty path: a key for this time alone.
  static Result<SigningKey> open_or_make(const std::filesystem::path& pem);
  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;

  /// base64 of the two numbers of the signature one after the other, as browsers' WebCrypto gives and takes it.
  std::string sign(const std::string& text) const;
  /// base64 of the public key's SubjectPublicKeyInfo.
  std::string public_key() const;

 private:
  SigningKey();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// True when `signature` and `public_key` (both as above) fit `text`.
bool signature_fits(const std::string& text, const std::string& signature, const std::string& public_key);


}  // namespace offprint
