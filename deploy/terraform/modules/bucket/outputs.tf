output "name" {
  value = cloudflare_r2_bucket.this.name
}

output "endpoint" {
  value = join(".", concat(
    ["https://${var.account_id}"],
    var.jurisdiction == "default" ? [] : [var.jurisdiction],
    ["r2.cloudflarestorage.com"],
  ))
}
