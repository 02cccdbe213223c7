plinth_domain::codes! {
    UPLOAD_VERSION = "upload.version", "tus is spoken here in version 1.0.0 only.";
    UPLOAD_HEADER = "upload.header", "A header of the tus protocol is missing or cannot be read.";
    UPLOAD_CHECKSUM = "upload.checksum",
        "Upload-Checksum cannot be read, or names an unknown algorithm.";
    UPLOAD_CHECKSUM_MISMATCH = "upload.checksum_mismatch",
        "The bytes do not have their checksum; they do not count.";
}
