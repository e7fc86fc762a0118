using Gateway.Policies.ResponseCaching.Storage;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>How a body lies in Redis: within its entry, or in chunks of their own.</summary>
/// <param name="Length">Bytes as clients get them.</param>
/// <param name="Compressed">True: what lies in Redis is compressed.</param>
/// <param name="Id">Names the chunks; says nothing where there are none.</param>
/// <param name="Chunks">XxHash64 of each chunk; empty: the body is within the entry.</param>
internal sealed record BodyLayout(long Length, bool Compressed, long Id, IReadOnlyList<ulong> Chunks)
{
    /// <summary>A body within its entry, as it is.</summary>
    public static BodyLayout Within(StoredBody body) => new(body.Length, Compressed: false, Id: 0, []);

    /// <summary>As it stands beside the entry, so that whoever removes the entry can remove its chunks: <c>id:count</c>.</summary>
    public string Reference => Chunks.Count == 0 ? "" : $"{Id:x16}:{Chunks.Count}";
}
