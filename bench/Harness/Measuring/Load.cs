namespace Harness.Measuring;

/// <summary>What wrk asks for, over and over.</summary>
/// <param name="Path">The path; <c>%d</c> in it is a number up to <paramref name="Paths"/>.</param>
/// <param name="Keys">So many different <c>X-Key</c> fields; 0: no such field.</param>
/// <param name="Sessions">So many different session tokens; 0: none is sent.</param>
/// <param name="Paths">So many different paths.</param>
/// <param name="Status">The status that every answer must have; 0: any.</param>
/// <param name="Connections">Connections kept busy.</param>
/// <param name="From">Keys, sessions and paths one after the other from this number on; 0: drawn evenly.</param>
/// <param name="Hot">Of a hundred requests so many carry one more key, the same.</param>
internal sealed record Load(string Path, int Keys = 0, int Sessions = 0, int Paths = 0, int Status = 200, int Connections = 64, long From = 0, int Hot = 0);
