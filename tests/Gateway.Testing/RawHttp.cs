using System.Net.Sockets;
using System.Text;

namespace Gateway.Testing;

/// <summary>HTTP/1.1 written by hand, for what no well-behaved client would send. Bytes are Latin-1.</summary>
public static class RawHttp
{
    /// <summary>Sends <paramref name="request"/> on a connection of its own and reads until the server closes it; ask for that with <c>Connection: close</c>.</summary>
    public static async Task<string> SendAsync(string address, string request)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var socket = new TcpClient();
        var target = new Uri(address);
        await socket.ConnectAsync(target.Host, target.Port, deadline.Token);
        NetworkStream stream = socket.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), deadline.Token);
        }
        catch (IOException)
        {
            // The server may answer and close before it has read everything.
        }

        var answer = new StringBuilder();
        byte[] buffer = new byte[16384];
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer, deadline.Token)) > 0;)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // A reset after the answer: what was read counts.
        }

        return answer.ToString();
    }
}
