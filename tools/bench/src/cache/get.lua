-- wrk asks for numbered paths in an order that no two clients share: arguments are a prefix and how many there are.
local requests = {}
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

function init(args)
  math.randomseed(seed)
  for number = 1, tonumber(args[2]) do
    requests[number] = wrk.format("GET", args[1] .. number)
  end
end

function request()
  return requests[math.random(#requests)]
end
