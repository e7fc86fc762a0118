namespace Peers;

/// <summary>Writes the same bytes to everyone: what no cache on Kestrel can be faster than.</summary>
internal static class BareKestrel
{
    public static async Task<int> RunAsync(string address, int status, int bytes)
    {
        WebApplication app = SlimApp.At(address);
        byte[] body = new byte[bytes];
        Array.Fill(body, (byte)'x');
        app.Run(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/plain";
            context.Response.ContentLength = bytes;
            await context.Response.BodyWriter.WriteAsync(body);
        });
        await app.RunAsync();
        return 0;
    }
}
