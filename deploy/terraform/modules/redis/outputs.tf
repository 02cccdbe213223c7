output "connection" {
  value = {
    instance = google_redis_instance.this.name
    host     = google_redis_instance.this.host
    port     = google_redis_instance.this.port
  }
}
