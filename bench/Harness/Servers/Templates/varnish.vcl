vcl 4.1;
backend destination { .host = "127.0.0.1"; .port = "{destination}"; }
sub vcl_recv {
  if (req.url !~ "^/cached") { return (pass); }
  unset req.http.Authorization;
  return (hash);
}
