-- What a team writes by hand: the exact sliding window and the session in one script call on a kept-alive connection.
local r = redis:new()
r:set_timeout(1000)
assert(r:connect("127.0.0.1", {redis}))
local key = ngx.var.http_x_key or ngx.var.remote_addr
local token = string.sub(ngx.var.http_authorization or "", 8)
local answer, problem = r:evalsha("{sha}", 2, "nginx:" .. key, "session:" .. token, ngx.var.limit, ngx.var.window)
if not answer then
  ngx.log(ngx.ERR, problem)
  return ngx.exit(500)
end
r:set_keepalive(60000, 512)
ngx.header["X-RateLimit-Limit"] = ngx.var.limit
ngx.header["X-RateLimit-Remaining"] = answer[2]
if answer[1] == 0 then
  ngx.header["Retry-After"] = math.ceil(answer[3] / 1000000)
  return ngx.exit(429)
end
if token ~= "" then
  if answer[4] == "" then
    return ngx.exit(401)
  end
  ngx.req.set_header("X-User-Id", string.match(answer[4], '"user_id":"([^"]*)"'))
end
