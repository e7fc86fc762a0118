using Microsoft.Extensions.Primitives;

namespace Peers;

/// <summary>Writes the same bytes to everyone: what no cache on Kestrel can be faster than.</summary>
internal static class BareKestrel
{
    /// <param name="address">Where it listens.</param>
    /// <param name="status">Of every answer.</param>
    /// <param name="bytes">Of the body.</param>
    /// <param name="fields">More header fields, each <c>Name: value</c>.</param>
    public static async Task<int> RunAsync(string address, int status, int bytes, string[] fields)
    {
        KeyValuePair<string, StringValues>[] header =
            [.. fields.Select(field => field.Split(": ", 2)).Select(field => KeyValuePair.Create(field[0], new StringValues(field[1])))];
        WebApplication app = SlimApp.At(address);
        byte[] body = new byte[bytes];
        Array.Fill(body, (byte)'x');
        app.Run(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/plain";
            context.Response.ContentLength = bytes;
            foreach ((string name, StringValues value) in header)
            {
                context.Response.Headers[name] = value;
            }

            await context.Response.BodyWriter.WriteAsync(body);
        });
        await app.RunAsync();
        return 0;
    }
}
