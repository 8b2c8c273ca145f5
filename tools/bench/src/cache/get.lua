-- wrk asks for numbered paths in an order that no two clients share: arguments are a prefix, how many there are, and a suffix,
-- which may be missing.
local requests = {}
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

function init(args)
  math.randomseed(seed)
  for number = 1, tonumber(args[2]) do
    requests[number] = wrk.format("GET", args[1] .. number .. (args[3] or ""))
  end
end

function request()
  return requests[math.random(#requests)]
end
