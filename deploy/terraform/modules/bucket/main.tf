# The files, in Cloudflare R2. Its keys are made by hand: deploy/terraform/README.md.

# R2 refuses to remove a bucket that has files.
resource "cloudflare_r2_bucket" "this" {
  account_id    = var.account_id
  name          = var.name
  jurisdiction  = var.jurisdiction
  storage_class = "Standard"
}

# Pages upload parts and download files by presigned URLs.
resource "cloudflare_r2_bucket_cors" "this" {
  count        = length(var.cors_origins) == 0 ? 0 : 1
  account_id   = var.account_id
  bucket_name  = cloudflare_r2_bucket.this.name
  jurisdiction = var.jurisdiction

  rules = [{
    id = "presigned"
    allowed = {
      origins = var.cors_origins
      methods = ["GET", "HEAD", "PUT"]
      headers = ["content-type", "if-match", "if-none-match", "range"]
    }
    # A page completes an upload with the ETag of each part.
    expose_headers  = ["ETag", "Content-Range"]
    max_age_seconds = 3600
  }]
}

resource "cloudflare_r2_bucket_lifecycle" "this" {
  account_id   = var.account_id
  bucket_name  = cloudflare_r2_bucket.this.name
  jurisdiction = var.jurisdiction

  rules = [{
    id         = "abort-incomplete-uploads"
    enabled    = true
    conditions = { prefix = "" }
    abort_multipart_uploads_transition = {
      condition = {
        type = "Age"
        # Seconds. An upload of Plinth lives for a day after its last request.
        max_age = 7 * 24 * 60 * 60
      }
    }
  }]
}
