using System.Net;

namespace Gateway.Tests.Redis;

/// <summary>What one caller was told.</summary>
/// <param name="Route">The first segment of the path.</param>
/// <param name="Status">The response's.</param>
/// <param name="Took">From sending the request to the whole response.</param>
/// <param name="MayRetry">It carries <c>Retry-After</c>.</param>
internal readonly record struct Told(string Route, HttpStatusCode Status, TimeSpan Took, bool MayRetry);
