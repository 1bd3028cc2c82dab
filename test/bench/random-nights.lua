-- Asks for the nights of ten years in random order; the requests are made beforehand, so that this costs the load
-- generator as little as asking for the same each time. Arguments: the path before the night; "any", or "same" for one
-- night; the query, if there is one.
local requests = {}

function init(args)
  math.randomseed(os.time())
  local first = os.time({ year = 2017, month = 1, day = 10, hour = 12 })
  for day = 0, 3600 do
    local night = args[2] == "same" and "20190328" or os.date("!%Y%m%d", first + day * 86400)
    requests[#requests + 1] = wrk.format("GET", args[1] .. night .. (args[3] or ""))
  end
end

function request()
  return requests[math.random(#requests)]
end
