using StackExchange.Redis;

namespace Peers;

/// <summary>Reads the same value from Redis for everyone and writes it: what no cache on Kestrel that asks Redis for each hit can be faster than.</summary>
internal static class BareRedis
{
    private const string Key = "bench:bare";

    public static async Task<int> RunAsync(string address, string redis, int bytes)
    {
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis);
        IDatabase database = connection.GetDatabase();
        await database.StringSetAsync(Key, new string('x', bytes), TimeSpan.FromHours(1));
        WebApplication app = SlimApp.At(address);
        app.Run(async context =>
        {
            ReadOnlyMemory<byte> body = await database.StringGetAsync(Key);
            context.Response.ContentType = "text/plain";
            context.Response.ContentLength = body.Length;
            await context.Response.BodyWriter.WriteAsync(body);
        });
        await app.RunAsync();
        return 0;
    }
}
