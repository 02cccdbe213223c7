mock_provider "cloudflare" {}

variables {
  account_id   = "0123456789abcdef0123456789abcdef"
  name         = "plinth-staging"
  cors_origins = ["https://app.example.com"]
}

run "bucket" {
  command = plan
  module {
    source = "./modules/bucket"
  }

  assert {
    condition     = output.endpoint == "https://0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com"
    error_message = "A bucket with a jurisdiction has its name in the endpoint."
  }

  assert {
    condition     = cloudflare_r2_bucket_cors.this[0].rules[0].allowed.origins == tolist(["https://app.example.com"])
    error_message = "The pages of the settings may upload."
  }

  assert {
    condition = alltrue([
      contains(cloudflare_r2_bucket_cors.this[0].rules[0].allowed.methods, "PUT"),
      contains(cloudflare_r2_bucket_cors.this[0].rules[0].expose_headers, "ETag"),
    ])
    error_message = "A page uploads with PUT and completes with the ETags."
  }

  assert {
    condition     = cloudflare_r2_bucket_lifecycle.this.rules[0].abort_multipart_uploads_transition.condition.max_age == 604800
    error_message = "Parts of uploads that were not completed go after a week."
  }

  assert {
    condition     = cloudflare_r2_bucket_lifecycle.this.rules[0].delete_objects_transition == null
    error_message = "No rule deletes files."
  }
}

run "no_pages_no_cors" {
  command = plan
  module {
    source = "./modules/bucket"
  }
  variables {
    cors_origins = []
    jurisdiction = "default"
  }

  assert {
    condition     = length(cloudflare_r2_bucket_cors.this) == 0
    error_message = "Without pages there is no rule."
  }

  assert {
    condition     = output.endpoint == "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com"
    error_message = "The default jurisdiction is not in the endpoint."
  }
}

run "every_page_is_refused" {
  command = plan
  module {
    source = "./modules/bucket"
  }
  variables {
    cors_origins = ["*"]
  }
  expect_failures = [var.cors_origins]
}
