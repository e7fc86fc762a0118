// The .NET peers, each as bare as it gets: "yarp ADDRESS DESTINATION" forwards everything and does nothing else; "kestrel ADDRESS
// STATUS BYTES [FIELD...]" answers every request with that status, that many bytes and these header fields, as a gateway that has the answer
// in memory would; "redis ADDRESS REDIS BYTES" reads so many bytes from Redis for every request.
using Peers;

return args switch
{
    ["yarp", string address, string destination] => await BareYarp.RunAsync(address, destination),
    ["kestrel", string address, string status, string bytes, .. string[] fields] =>
        await BareKestrel.RunAsync(address, int.Parse(status), int.Parse(bytes), fields),
    ["redis", string address, string redis, string bytes] => await BareRedis.RunAsync(address, redis, int.Parse(bytes)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Peers yarp ADDRESS DESTINATION | Peers kestrel ADDRESS STATUS BYTES [FIELD...] | Peers redis ADDRESS REDIS BYTES");
    return 2;
}
